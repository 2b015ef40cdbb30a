/** The settings of our Meta app with Facebook Login, for Facebook and Instagram. */
import { z } from "zod";
import { origin, word } from "../setting-shapes.ts";

/** Supported until at least mid-2028 (docs/networks/facebook.md, section 1). */
const graphVersion = z
  .string()
  .regex(/^v\d+\.\d+$/, "must look like v26.0")
  .default("v26.0");

export const loginSettings = {
  SOCIAL_FACEBOOK_APP_ID: word.describe(
    "Your app at Meta with Facebook Login. Without it, Facebook Pages are not offered",
  ),
  SOCIAL_FACEBOOK_APP_SECRET: word.describe("The secret of that app"),
  /** "Facebook Login for Business" takes a configuration instead of scopes. */
  SOCIAL_FACEBOOK_CONFIG_ID: word
    .optional()
    .describe("The id of the configuration, if your app uses 'Facebook Login for Business'"),
  SOCIAL_META_GRAPH_VERSION: graphVersion.describe(
    "The version of Meta's Graph API, for Facebook and Instagram. Meta supports each version for at least two years",
  ),
  SOCIAL_FACEBOOK_ORIGIN: origin.default("https://www.facebook.com"),
  SOCIAL_FACEBOOK_API_ORIGIN: origin.default("https://graph.facebook.com"),
};
