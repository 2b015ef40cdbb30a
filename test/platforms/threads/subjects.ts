/** What the common contract needs to know about Threads. */
import type { Subject } from "../contract.ts";
import { graphRefusal } from "../meta/refusal.ts";

export const subjects: readonly [Subject, ...Subject[]] = [
  {
    name: "threads",
    refusal: graphRefusal,
    publish: "POST /v1.0/:id/threads_publish",
    whoAmI: "GET /v1.0/me",
    list: "GET /v1.0/me/threads",
    remove: "DELETE /v1.0/:id",
    token: "POST /oauth/access_token",
    withoutPkce: true,
  },
];
