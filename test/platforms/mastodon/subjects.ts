/** What the common contract needs to know about Mastodon servers. */
import type { Subject } from "../contract.ts";

const mastodon: Subject = {
  name: "mastodon",
  publish: "POST /api/v1/statuses",
  whoAmI: "GET /api/v1/accounts/verify_credentials",
  list: "GET /api/v1/accounts/:id/statuses",
  remove: "DELETE /api/v1/statuses/:id",
  token: "POST /oauth/token",
  revoke: "POST /oauth/revoke",
};

export const subjects: readonly [Subject, ...Subject[]] = [
  { ...mastodon, host: "mastodon.localhost" },
  { ...mastodon, host: "old.localhost" },
  { ...mastodon, host: "gotosocial.localhost" },
  { ...mastodon, host: "hollo.localhost", takesMoreThanItTells: true },
  { ...mastodon, host: "akkoma.localhost" },
  { ...mastodon, host: "social.localhost" },
];
