/** What pages show about Mastodon. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import { options } from "./options.ts";
import { standardRule } from "./posts/repeat-rule.ts";

export const about: PlatformAbout = {
  label: "Mastodon",
  guide: "mastodon",
  countsBy: ["maxCharacters", "charactersPerUrl", "unit"],
  summary: say("Any Mastodon server, and other servers that support its API."),
  postLinkExample: "https://mastodon.example/@you/113000000000000000",
  permissions: [
    { scopes: ["profile", "read:accounts", "read"], why: say("read your name and picture") },
    { scopes: ["write:statuses", "write"], why: say("post, and delete what you posted") },
    { scopes: ["write:media", "write"], why: say("add pictures") },
  ],
  options,
  // docs/networks/mastodon.md, section 4.
  pictures: { most: 4, alt: 1_500 },
  linkCard: "crawled-from-page",
  sharePage: "/share?text={text}",
  accessEndsAt: say(
    "on your server, in the settings of your account, under “Authorized apps” (on some, “Applications” or “Connected apps”)",
  ),
  server: {
    label: say("Your server or handle"),
    placeholder: "mastodon.social",
    hint: say("Like mastodon.social, or your whole handle: alice@mastodon.social."),
  },
  // The rule of Mastodon itself, from 4.6 on. `repeatRule` decides for each account's server.
  ...standardRule,
};
