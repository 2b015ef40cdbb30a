/** The settings of our apps at LinkedIn: one for members, one for company pages. */
import { z } from "zod";
import { origin, word } from "../setting-shapes.ts";

export const settings = z
  .object({
    SOCIAL_LINKEDIN_CLIENT_ID: word.describe(
      "Your app at LinkedIn for people's own profiles. Without it, LinkedIn is not offered",
    ),
    SOCIAL_LINKEDIN_CLIENT_SECRET: word.describe("The secret of that app"),
    SOCIAL_LINKEDIN_PAGES_CLIENT_ID: word.optional().describe("A second app at LinkedIn, for company pages"),
    SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: word.optional().describe("The secret of the second app"),
    /** docs/networks/linkedin.md, section 3: served until September 2027. Not every month has a version. */
    SOCIAL_LINKEDIN_VERSION: z
      .string()
      .regex(/^20\d\d(?:0[1-9]|1[0-2])$/, "must be a year and a month, like 202609")
      .default("202609")
      .describe(
        "The version of LinkedIn's API, as YYYYMM. LinkedIn supports each for a year: set a newer one when the state page says so",
      ),
    SOCIAL_LINKEDIN_ORIGIN: origin.default("https://www.linkedin.com"),
    SOCIAL_LINKEDIN_API_ORIGIN: origin.default("https://api.linkedin.com"),
  })
  .refine(
    (settings) =>
      settings.SOCIAL_LINKEDIN_PAGES_CLIENT_ID === undefined ||
      settings.SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET !== undefined,
    { path: ["SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET"] },
  );

export type Settings = z.infer<typeof settings>;
