/** Bluesky needs no settings: servers read what our app is from an address of ours. The origins are for simulated networks. */
import { z } from "zod";
import { origin } from "../setting-shapes.ts";

export const settings = z.object({
  SOCIAL_BASE_URL: z.url(),
  SOCIAL_BLUESKY_ORIGIN: origin.default("https://bsky.app"),
  SOCIAL_BLUESKY_DIRECTORY_ORIGIN: origin.default("https://plc.directory"),
  SOCIAL_BLUESKY_HANDLES_ORIGIN: origin
    .optional()
    .describe(
      "A Bluesky server that resolves handles for us, if this machine cannot look up DNS records itself",
    ),
});

export type Settings = z.infer<typeof settings>;
