/** Mitra: tokens of 30 days, revoked by Bearer; no length is enforced. */
import { type Dialect, lesser } from "./dialect.ts";

export const mitra: Dialect = {
  host: "mitra.localhost",
  title: "A Mitra",
  differs: {
    ...lesser,
    software: "mitra",
    version: "5.9.2",
    instanceVersion: "4.0.0 (compatible; Mitra 5.9.2)",
    maxCharacters: 2_000,
    enforcesLength: false,
    ids: "uuid",
    tokens: "expiring",
    tokenSeconds: 2_592_000,
    clientCredentials: "unsupported",
    revocation: "bearer-json",
    refreshTokens: "offline_access",
  },
};
