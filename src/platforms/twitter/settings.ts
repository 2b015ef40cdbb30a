/** The settings of our app at X. */
import { z } from "zod";
import { origin, word } from "../setting-shapes.ts";

export const settings = z.object({
  SOCIAL_TWITTER_CLIENT_ID: word.describe("Your app at X. Without it, X is not offered"),
  SOCIAL_TWITTER_CLIENT_SECRET: word
    .optional()
    .describe("The secret of your app at X; a public client ('Native App') has none"),
  SOCIAL_TWITTER_ORIGIN: origin.default("https://x.com"),
  SOCIAL_TWITTER_API_ORIGIN: origin.default("https://api.x.com"),
});

export type Settings = z.infer<typeof settings>;
