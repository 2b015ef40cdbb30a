/** Mastodon needs no settings: an app is registered at each server when somebody first connects to it. */
import { z } from "zod";

export const settings = z.object({
  SOCIAL_BASE_URL: z.url(),
  SOCIAL_MASTODON_SERVER: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[^\s/@]+$/, "must be the name of one server, like mastodon.example")
    .optional(),
});

export type Settings = z.infer<typeof settings>;
