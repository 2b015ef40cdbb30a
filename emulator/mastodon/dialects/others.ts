/** Servers without Mastodon's API. */
import type { Dialect } from "./dialect.ts";

export const others: readonly Dialect[] = [
  {
    host: "misskey.localhost",
    title: "A Misskey",
    differs: { api: "misskey", software: "misskey", version: "2026.9.0" },
  },
  { host: "html.localhost", title: "A web site", differs: { api: "html" } },
];
