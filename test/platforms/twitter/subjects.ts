/** What the common contract needs to know about X. */
import type { Subject } from "../contract.ts";

export const subjects: readonly [Subject, ...Subject[]] = [
  {
    name: "twitter",
    publish: "POST /2/tweets",
    whoAmI: "GET /2/users/me",
    list: "GET /2/users/:id/tweets",
    remove: "DELETE /2/tweets/:id",
    token: "POST /2/oauth2/token",
    revoke: "POST /2/oauth2/revoke",
  },
];
