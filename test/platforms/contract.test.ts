import { describe } from "vitest";
import { type PlatformName, platformNames } from "../../src/platforms/platform.ts";
import { describePlatform, type Subject } from "./contract.ts";

const mastodon: Subject = {
  name: "mastodon",
  publish: "POST /api/v1/statuses",
  whoAmI: "GET /api/v1/accounts/verify_credentials",
  list: "GET /api/v1/accounts/:id/statuses",
  remove: "DELETE /api/v1/statuses/:id",
  token: "POST /oauth/token",
  revoke: "POST /oauth/revoke",
};

/** As Meta's networks refuse a call. */
const graphRefusal = (message: string) => ({ error: { message, type: "OAuthException", code: 100 } });

const instagram = {
  name: "instagram",
  refusal: graphRefusal,
  tooLong: "text-too-long",
  publish: "POST /:version/:id/media_publish",
  list: "GET /:version/:id/media",
  withoutPkce: true,
  pictures: 0,
} as const;

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

/** Of every platform, the kinds of server that it meets: a platform without any does not compile. */
const subjects: Readonly<Record<PlatformName, readonly [Subject, ...Subject[]]>> = {
  mastodon: [
    { ...mastodon, host: "mastodon.localhost" },
    { ...mastodon, host: "old.localhost" },
    { ...mastodon, host: "gotosocial.localhost" },
    { ...mastodon, host: "hollo.localhost", takesMoreThanItTells: true },
    { ...mastodon, host: "akkoma.localhost" },
    { ...mastodon, host: "social.localhost" },
  ],
  facebook: [
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
  ],
  instagram: [
    { ...instagram, way: "instagram", whoAmI: "GET /:version/me", token: "POST /oauth/access_token" },
    {
      ...instagram,
      way: "facebook",
      through: "facebook",
      whoAmI: "GET /:version/:id",
      token: "POST /:version/oauth/access_token",
      revoke: "DELETE /:version/me/permissions",
    },
  ],
  threads: [
    {
      name: "threads",
      refusal: graphRefusal,
      publish: "POST /v1.0/:id/threads_publish",
      whoAmI: "GET /v1.0/me",
      list: "GET /v1.0/me/threads",
      remove: "DELETE /v1.0/:id",
      token: "POST /oauth/access_token",
      withoutPkce: true,
      pictures: 1,
    },
  ],
  linkedin: [
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
  ],
  twitter: [
    {
      name: "twitter",
      publish: "POST /2/tweets",
      whoAmI: "GET /2/users/me",
      list: "GET /2/users/:id/tweets",
      remove: "DELETE /2/tweets/:id",
      token: "POST /2/oauth2/token",
      revoke: "POST /2/oauth2/revoke",
    },
  ],
};

for (const name of platformNames)
  for (const subject of subjects[name])
    describe(`${name}${subject.host === undefined ? "" : ` on ${subject.host}`}${subject.way === undefined ? "" : ` by ${subject.way}`}`, () =>
      describePlatform(subject));
