/** What the common contract needs to know about Facebook. */
import type { Subject } from "../contract.ts";
import { graphRefusal } from "../meta/refusal.ts";

export const subjects: readonly [Subject, ...Subject[]] = [
  {
    name: "facebook",
    refusal: graphRefusal,
    publish: "POST /:version/:id/feed",
    whoAmI: "GET /:version/:id",
    list: "GET /:version/:id/published_posts",
    remove: "DELETE /:version/:id",
    token: "POST /:version/oauth/access_token",
    revoke: "DELETE /:version/me/permissions",
    withoutPkce: true,
    ana: { username: "harbourbakery", displayName: "Harbour Bakery" },
  },
];
