/** The app at Meta that Facebook is shared with, as the settings name it. */
import { z } from "zod";
import { origin } from "../call/request.ts";
import type { MetaApp } from "../meta/call.ts";

export const facebookSettings = z.object({
  SOCIAL_FACEBOOK_APP_ID: z.string().min(1),
  SOCIAL_FACEBOOK_APP_SECRET: z.string().min(1),
  /** "Facebook Login for Business" asks by a configuration instead of by scopes. */
  SOCIAL_FACEBOOK_CONFIG_ID: z.string().min(1).optional(),
  /** docs/networks/facebook.md, section 1: usable until mid-2028 at least. */
  SOCIAL_META_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, "must look like v26.0")
    .default("v26.0"),
  SOCIAL_FACEBOOK_ORIGIN: origin.default("https://www.facebook.com"),
  SOCIAL_FACEBOOK_API_ORIGIN: origin.default("https://graph.facebook.com"),
});

/** The app behind these settings: Instagram's way through Facebook Login uses it too. */
export function toMetaApp(settings: z.infer<typeof facebookSettings>): MetaApp {
  return {
    id: settings.SOCIAL_FACEBOOK_APP_ID,
    secret: settings.SOCIAL_FACEBOOK_APP_SECRET,
    configId: settings.SOCIAL_FACEBOOK_CONFIG_ID,
    version: settings.SOCIAL_META_GRAPH_VERSION,
    origin: settings.SOCIAL_FACEBOOK_ORIGIN,
    apiOrigin: settings.SOCIAL_FACEBOOK_API_ORIGIN,
  };
}
