/** What the common contract needs to know about Instagram. */
import type { Subject } from "../contract.ts";
import { graphRefusal } from "../meta/refusal.ts";

const instagram = {
  name: "instagram",
  refusal: graphRefusal,
  tooLong: "text-too-long",
  publish: "POST /:version/:id/media_publish",
  list: "GET /:version/:id/media",
  withoutPkce: true,
} as const;

export const subjects: readonly [Subject, ...Subject[]] = [
  { ...instagram, way: "instagram", whoAmI: "GET /:version/me", token: "POST /oauth/access_token" },
  {
    ...instagram,
    way: "facebook",
    through: "facebook",
    whoAmI: "GET /:version/:id",
    token: "POST /:version/oauth/access_token",
    revoke: "DELETE /:version/me/permissions",
  },
];
