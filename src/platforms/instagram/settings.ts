/** The settings of our app at Instagram: the id and secret of Instagram Login, of Facebook Login, or both. */
import { z } from "zod";
import { loginSettings } from "../meta/settings.ts";
import { origin, word } from "../setting-shapes.ts";

export const settings = z
  .object({
    SOCIAL_INSTAGRAM_APP_ID: word
      .optional()
      .describe("Your app's Instagram id, for accounts without a Facebook Page"),
    SOCIAL_INSTAGRAM_APP_SECRET: word.optional().describe("Your app's Instagram secret"),
    SOCIAL_INSTAGRAM_ORIGIN: origin.default("https://www.instagram.com"),
    SOCIAL_INSTAGRAM_TOKEN_ORIGIN: origin.default("https://api.instagram.com"),
    SOCIAL_INSTAGRAM_API_ORIGIN: origin.default("https://graph.instagram.com"),
    SOCIAL_INSTAGRAM_BY_FACEBOOK: z
      .enum(["true", "false"], "must be true or false")
      .default("false")
      .describe(
        "true: the Facebook app also connects Instagram accounts that are linked to a Page. It needs Instagram's permissions for that",
      ),
    SOCIAL_INSTAGRAM_COMMENTS: z
      .enum(["true", "false"], "must be true or false")
      .default("false")
      .describe("true: people may put the link in the first comment, for which the app needs a permission"),
    ...loginSettings,
    SOCIAL_FACEBOOK_APP_ID: loginSettings.SOCIAL_FACEBOOK_APP_ID.optional(),
    SOCIAL_FACEBOOK_APP_SECRET: loginSettings.SOCIAL_FACEBOOK_APP_SECRET.optional(),
  })
  .superRefine((settings, context) => {
    // An app for Pages may lack Instagram's permissions, so we use the Facebook app only if the settings say so.
    const needed =
      settings.SOCIAL_INSTAGRAM_BY_FACEBOOK === "true"
        ? (["SOCIAL_FACEBOOK_APP_ID", "SOCIAL_FACEBOOK_APP_SECRET"] as const)
        : (["SOCIAL_INSTAGRAM_APP_ID", "SOCIAL_INSTAGRAM_APP_SECRET"] as const);
    for (const name of needed) {
      if (settings[name] === undefined)
        context.addIssue({ code: "custom", path: [name], message: `${name} is missing` });
    }
  });

export type Settings = z.infer<typeof settings>;
