/** Shapes that the settings of several networks share. Imports nothing heavy, because every command reads the settings. */
import { z } from "zod";

/** The id or secret of an app. */
export const word = z.string().min(1);

/** The origin of one of a network's hosts. Drops the path. */
export const origin = z
  .url({ protocol: /^https?$/, error: "must be an address like https://example.com" })
  .transform((url) => new URL(url).origin)
  .describe("The networks' addresses. Set them only for simulated networks");
