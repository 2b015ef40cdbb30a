/** Hollo: refuses every field that it does not know. */
import type { Dialect } from "./dialect.ts";

export const hollo: Dialect = {
  host: "hollo.localhost",
  title: "A Hollo",
  differs: {
    release: "4.4",
    software: "hollo",
    version: "0.10.0",
    errors: "hollo",
    idempotency: "kept-once-made",
    createIntent: "",
    listForStrangers: "refused",
    strictFields: true,
    stateOnRefusal: false,
    reusesTokens: false,
    createdAtUnit: "milliseconds",
    repeatAfterDelete: "posts-again",
    maxCharacters: 10_000,
    urlCharacters: 256,
    enforcesLength: false,
    maxMedia: 8,
    hostMeta: false,
    ids: "uuid",
  },
};
