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

const { revoke: _, ...withoutRevoke } = mastodon;

export const subjects: readonly [Subject, ...Subject[]] = [
  { ...mastodon, host: "mastodon.localhost" },
  { ...mastodon, host: "mastodon45.localhost" },
  { ...mastodon, host: "mastodon44.localhost" },
  { ...mastodon, host: "mastodon43.localhost" },
  { ...mastodon, host: "old.localhost" },
  { ...mastodon, host: "social.localhost" },
  { ...mastodon, host: "gotosocial.localhost" },
  { ...mastodon, host: "hollo.localhost", takesMoreThanItTells: true },
  { ...mastodon, host: "akkoma.localhost" },
  { ...mastodon, host: "pleroma.localhost" },
  { ...withoutRevoke, host: "pixelfed.localhost" },
  {
    ...mastodon,
    host: "friendica.localhost",
    takesMoreThanItTells: true,
    codeRefused: "transient: app-forgotten",
  },
  { ...mastodon, host: "takahe.localhost" },
  { ...mastodon, host: "snac.localhost", withoutRefusal: true },
  { ...mastodon, host: "wordpress.localhost" },
  { ...mastodon, host: "activities.localhost", ana: { displayName: "ana" } },
  { ...withoutRevoke, host: "sharkey.localhost", deadTokenTold: "transient: server-trouble" },
  { ...mastodon, host: "iceshrimp.localhost", takesMoreThanItTells: true },
  { ...mastodon, host: "mitra.localhost", takesMoreThanItTells: true },
];
