/** snac: one person's server in C. It returns texts unescaped, and has no way to refuse. */
import { type Dialect, lesser } from "./dialect.ts";

export const snac: Dialect = {
  host: "snac.localhost",
  title: "A snac",
  differs: {
    ...lesser,
    software: "snac",
    version: "2.94",
    instanceVersion: "4.2.0 (not true; really snac 2.94)",
    maxCharacters: 100_000,
    urlCharacters: 32,
    content: "unescaped",
    scopeTold: "repeated",
    clientCredentials: "unsupported",
    consent: "open-ended",
  },
};
