/** Mastodon itself: its releases, and hosts that show what is special about addresses. */
import type { Dialect } from "./dialect.ts";

/** Serves every host without a server. */
export const defaultHost = "mastodon.localhost";

/** Until 4.6 a key is kept only once the post is made, and text is counted by older rules. */
const before46 = { idempotency: "kept-once-made", counting: "older-graphemes", createIntent: "" } as const;

export const mastodon: readonly Dialect[] = [
  { host: defaultHost, title: "Mastodon", differs: {} },
  {
    host: "mastodon45.localhost",
    title: "A Mastodon 4.5",
    differs: { ...before46, release: "4.5", version: "4.5.11" },
  },
  {
    host: "mastodon44.localhost",
    title: "A Mastodon 4.4",
    differs: { ...before46, release: "4.4", version: "4.4.9" },
  },
  {
    host: "mastodon43.localhost",
    title: "A Mastodon 4.3",
    differs: { ...before46, release: "4.3", version: "4.3.14" },
  },
  {
    host: "old.localhost",
    title: "An old Mastodon server",
    differs: { ...before46, release: "4.2", version: "4.2.10" },
  },
  { host: "social.localhost", accountDomain: "people.localhost", title: "People's server", differs: {} },
  { host: "xn--bcher-kva.localhost", title: "Bücher", differs: {} },
];
