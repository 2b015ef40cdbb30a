/** activities.next: tokens of seven days, and an issuer in each answer. */
import type { Dialect } from "./dialect.ts";

export const activities: Dialect = {
  host: "activities.localhost",
  title: "An activities.next",
  differs: {
    release: "4.5",
    software: "activities-next",
    version: "1.144.0",
    instanceVersion: "1.144.0",
    createIntent: "",
    ids: "uuid",
    tellsIssuer: true,
    tokens: "expiring",
    tokenSeconds: 604_800,
    clientCredentials: "unsupported",
    ownAccount: "bare",
    // Its metadata omits the scope that makes tokens renewable.
    refreshTokens: "offline_access",
  },
};
