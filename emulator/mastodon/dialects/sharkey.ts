/** Sharkey: Mastodon's API over that of Misskey. Each client id serves one flow. */
import { type Dialect, lesser } from "./dialect.ts";

export const sharkey: Dialect = {
  host: "sharkey.localhost",
  title: "A Sharkey",
  differs: {
    ...lesser,
    software: "sharkey",
    version: "2024.9.1",
    instanceVersion: "3.0.0 (compatible; Sharkey 2024.9.1)",
    maxCharacters: 3_000,
    deletesAgain: "unauthorized",
    appServes: "one-flow",
    clientCredentials: "granted-to-all",
    scopeTold: "repeated",
    scopesListed: "misskey",
    revocation: "missing",
    refusesWith: "401",
    deadTokenCheck: "500",
  },
};
