/** Friendica: reads texts as Markdown, enforces no length, and ends every token of an app at once. */
import type { Dialect } from "./dialect.ts";

export const friendica: Dialect = {
  host: "friendica.localhost",
  title: "A Friendica",
  differs: {
    release: "4.2",
    software: "friendica",
    version: "2024.09",
    instanceVersion: "2.8.0 (compatible; Friendica 2024.09)",
    createIntent: "",
    idempotency: "unsupported",
    listScope: "ignored",
    reusesTokens: false,
    content: "unescaped",
    maxCharacters: 200_000,
    enforcesLength: false,
    codeRefusal: "401",
    revocation: "whole-app",
  },
};
