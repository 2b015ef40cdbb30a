/** The ways to connect Instagram that the settings allow. */
import { say } from "../../../words/words.ts";
import type { ConnectWay, PlatformWorld } from "../../platform.ts";
import type { Settings } from "../settings.ts";
import { openFacebookRoute } from "./facebook.ts";
import { openInstagramLogin } from "./login.ts";
import type { Route } from "./route.ts";

export const WAYS = {
  instagram: {
    name: "instagram",
    label: say("Instagram login"),
    hint: say("For any professional account. You do not need a Facebook Page."),
  },
  facebook: {
    name: "facebook",
    label: say("Facebook login"),
    hint: say(
      "For professional accounts that are linked to a Facebook Page. The connection does not expire.",
    ),
  },
} as const satisfies Record<string, ConnectWay>;
export type WayName = keyof typeof WAYS;

/** Opens the routes whose app id and secret are set. */
export function openRoutes(settings: Settings, world: PlatformWorld): Partial<Record<WayName, Route>> {
  const version = settings.SOCIAL_META_GRAPH_VERSION;
  const origin = settings.SOCIAL_INSTAGRAM_ORIGIN;
  const mayComment = settings.SOCIAL_INSTAGRAM_COMMENTS === "true";
  const own = pair(settings.SOCIAL_INSTAGRAM_APP_ID, settings.SOCIAL_INSTAGRAM_APP_SECRET);
  const facebook =
    settings.SOCIAL_INSTAGRAM_BY_FACEBOOK === "true"
      ? pair(settings.SOCIAL_FACEBOOK_APP_ID, settings.SOCIAL_FACEBOOK_APP_SECRET)
      : undefined;
  const login = own && {
    ...{ ...own, version, origin, mayComment },
    tokenOrigin: settings.SOCIAL_INSTAGRAM_TOKEN_ORIGIN,
    apiOrigin: settings.SOCIAL_INSTAGRAM_API_ORIGIN,
  };
  const app = facebook && {
    ...{ ...facebook, version, configId: settings.SOCIAL_FACEBOOK_CONFIG_ID },
    origin: settings.SOCIAL_FACEBOOK_ORIGIN,
    apiOrigin: settings.SOCIAL_FACEBOOK_API_ORIGIN,
  };
  return {
    ...(login && { instagram: openInstagramLogin(login, world) }),
    ...(app && { facebook: openFacebookRoute(app, { origin, mayComment }, world) }),
  };
}

function pair(id: string | undefined, secret: string | undefined) {
  return id === undefined || secret === undefined ? undefined : { id, secret };
}
