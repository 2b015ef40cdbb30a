/** GoToSocial: strict about JSON, counts code points, knows no idempotency keys. */
import type { Dialect } from "./dialect.ts";

export const gotosocial: Dialect = {
  host: "gotosocial.localhost",
  title: "A GoToSocial",
  differs: {
    release: "4.4",
    software: "gotosocial",
    version: "0.20.1",
    errors: "gotosocial",
    idempotency: "unsupported",
    createIntent: "",
    listForStrangers: "refused",
    deletesAgain: "done",
    strictAccept: true,
    counting: "runes",
    maxCharacters: 5000,
    urlCharacters: 25,
    maxMedia: 6,
    limitsBy: "address",
    ids: "ulid",
    metadata: false,
    // Unknown apps get a 400 with plain text.
    clientCredentials: "free-text",
  },
};
