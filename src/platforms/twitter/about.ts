/** What pages show about X. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import { options } from "./options.ts";

export const about: PlatformAbout = {
  label: "X",
  guide: "x",
  chargesForPosts: true,
  countsBy: ["subscription"],
  summary: say("Posts on your X profile."),
  postLinkExample: "https://x.com/you/status/1850000000000000000",
  permissions: [
    { scopes: ["users.read"], why: say("read your name and picture") },
    { scopes: ["tweet.read"], why: say("see whether a post is there") },
    { scopes: ["tweet.write"], why: say("post, and delete what you posted") },
    { scopes: ["media.write"], why: say("add pictures") },
    { scopes: ["offline.access"], why: say("share later, while you are away") },
  ],
  options,
  // docs/networks/x.md, section 4.
  pictures: { most: 4, alt: 1_000 },
  linkCard: "crawled-from-page",
  sharePage: "https://x.com/intent/post?url={url}&text={title}",
  // docs/networks/x.md, errors: X has no idempotency key, and a post may appear late.
  lookAfterSeconds: [30, 120, 300],
  resendSafeSeconds: 0,
};
