/** Shapes that several networks' settings share. Imports nothing heavy: every command reads the settings. */
import { z } from "zod";

/** An app's id or secret. */
export const word = z.string().min(1);

/** The origin of one of a network's hosts; a path is cut off. */
export const origin = z
  .url({ protocol: /^https?$/, error: "must be an address like https://example.com" })
  .transform((url) => new URL(url).origin);
