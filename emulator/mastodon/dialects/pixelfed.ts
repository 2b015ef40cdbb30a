/** Pixelfed: every post needs a picture, scopes are coarse, and a key is used up by the attempt. */
import type { Dialect } from "./dialect.ts";

export const pixelfed: Dialect = {
  host: "pixelfed.localhost",
  title: "A Pixelfed",
  differs: {
    release: "4.2",
    software: "pixelfed",
    version: "0.11.13",
    instanceVersion: "3.5.3 (compatible; Pixelfed 0.11.13)",
    createIntent: "",
    idempotency: "burnt",
    listForStrangers: "refused",
    scopesListed: "coarse",
    metadata: false,
    tokens: "expiring",
    tokenSeconds: 356 * 86_400,
    reusesTokens: false,
    counting: "runes",
    content: "stripped",
    needsPicture: true,
    // The post is deleted by a job a moment later.
    deletesAgain: "done",
    revocation: "missing",
  },
};
