/** Mastodon needs no settings: an app is registered at each server when a person first connects to it. */
import { z } from "zod";

export const settings = z.object({
  SOCIAL_BASE_URL: z.url(),
});

export type Settings = z.infer<typeof settings>;
