/** Mastodon needs no settings: an app is registered at each server when a person first connects to it. Operators may name one server. */
import { z } from "zod";

export const settings = z.object({
  SOCIAL_BASE_URL: z.url(),
  SOCIAL_MASTODON_SERVER: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[^\s/@]+$/, "must be the name of one server, like mastodon.example")
    .optional()
    .describe(
      "The one Mastodon server whose accounts people can connect, like mastodon.example. Without it, any server",
    ),
});

export type Settings = z.infer<typeof settings>;
