/** The app at Meta that Facebook is shared with, as the settings name it. */
import type { MetaApp } from "../meta/call.ts";
import type { Settings } from "./settings.ts";

/** The app behind these settings: Instagram's way through Facebook Login uses it too. */
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
