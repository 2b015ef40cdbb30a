/** Takahē: counts code points, and lists no posts for followers, not even to their author. */
import type { Dialect } from "./dialect.ts";

export const takahe: Dialect = {
  host: "takahe.localhost",
  title: "A Takahē",
  differs: {
    release: "4.2",
    software: "takahe",
    version: "0.11.0",
    instanceVersion: "takahe/0.11.0",
    createIntent: "",
    errors: "gotosocial",
    idempotency: "unsupported",
    listForStrangers: "refused",
    listHides: "private",
    reusesTokens: false,
    counting: "runes",
    clientCredentials: "granted-to-all",
    instanceApi: "v2",
  },
};
