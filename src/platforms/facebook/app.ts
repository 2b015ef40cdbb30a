/** Our app at Meta, from the settings. */
import type { MetaApp } from "../meta/call.ts";
import type { Settings } from "./settings.ts";

/** @returns the app of these settings */
export function toMetaApp(settings: Settings): MetaApp {
  return {
    id: settings.SOCIAL_FACEBOOK_APP_ID,
    secret: settings.SOCIAL_FACEBOOK_APP_SECRET,
    configId: settings.SOCIAL_FACEBOOK_CONFIG_ID,
    version: settings.SOCIAL_META_GRAPH_VERSION,
    origin: settings.SOCIAL_FACEBOOK_ORIGIN,
    apiOrigin: settings.SOCIAL_FACEBOOK_API_ORIGIN,
  };
}
