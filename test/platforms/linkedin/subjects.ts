/** What the common contract needs to know about LinkedIn. */
import type { Subject } from "../contract.ts";

const linkedin = {
  name: "linkedin",
  publish: "POST /rest/posts",
  remove: "DELETE /rest/posts/:urn",
  token: "POST /oauth/v2/accessToken",
  revoke: "POST /oauth/v2/revoke",
  withoutPkce: true,
  tooLong: "text-too-long",
  bodiless: true,
  refusal: (message: string) => ({ message, error: "invalid_request", error_description: message }),
} as const;

export const subjects: readonly [Subject, ...Subject[]] = [
  {
    ...linkedin,
    way: "profile",
    whoAmI: "POST /oauth/v2/introspectToken",
    ana: { username: "Ana Lima", displayName: "Ana Lima" },
  },
  {
    ...linkedin,
    way: "pages",
    whoAmI: "POST /oauth/v2/introspectToken",
    ana: { username: "harbour-bakery", displayName: "Harbour Bakery" },
    faceless: true,
  },
];
