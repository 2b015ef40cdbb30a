/** The settings of our app at Threads. */
import { z } from "zod";
import { origin, word } from "../setting-shapes.ts";

export const settings = z.object({
  /** The id and secret of the app's Threads use case; those of the same app for Facebook do not work here. */
  SOCIAL_THREADS_APP_ID: word.describe("Your app's Threads id. Without it, Threads is not offered"),
  SOCIAL_THREADS_APP_SECRET: word.describe("Your app's Threads secret"),
  SOCIAL_THREADS_ORIGIN: origin.default("https://www.threads.com"),
  SOCIAL_THREADS_API_ORIGIN: origin.default("https://graph.threads.net"),
});

export type Settings = z.infer<typeof settings>;
