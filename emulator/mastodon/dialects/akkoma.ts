/** Akkoma and Pleroma: tokens that expire, and texts that count in full. */
import type { Switches } from "../memory.ts";
import type { Dialect } from "./dialect.ts";

const family = {
  release: "4.2",
  counting: "full-graphemes",
  idempotency: "kept-once-made",
  createIntent: "",
  tokens: "expiring",
  reusesTokens: false,
  maxCharacters: 5000,
  instanceApi: "v1",
  // A token that may not read counts as none, and lists what everybody sees.
  listScope: "as-stranger",
  ids: "flake",
} as const satisfies Partial<Switches>;

export const akkoma: Dialect = {
  host: "akkoma.localhost",
  title: "An Akkoma",
  differs: { ...family, software: "akkoma", version: "2.7.2 (compatible; Akkoma 3.15.2)" },
};

export const pleroma: Dialect = {
  host: "pleroma.localhost",
  title: "A Pleroma",
  differs: { ...family, software: "pleroma", version: "2.7.2 (compatible; Pleroma 2.9.1)" },
};
