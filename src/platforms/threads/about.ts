/** What our pages say about Threads. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import { options } from "./options.ts";

export const about: PlatformAbout = {
  label: "Threads",
  guide: "threads",
  reviewsApps: true,
  callsAboutOwners: true,
  summary: say("Posts on your Threads profile."),
  postLinkExample: "https://www.threads.com/@you/post/DXbVXtqE2sj",
  permissions: [
    { scopes: ["threads_basic"], why: say("read your name and picture") },
    { scopes: ["threads_content_publish"], why: say("post on your profile") },
    { scopes: ["threads_delete"], why: say("delete what you posted") },
  ],
  options,
  // docs/networks/threads.md, section 3.1.
  pictures: { most: 20, alt: 1_000 },
  // docs/networks/threads.md, section 3: a post has one topic.
  hashtags: { most: 1, longest: 50, mayBeNumber: false },
  linkCard: "crawled-from-page",
  sharePage: "https://www.threads.com/intent/post?url={url}&text={title}",
  // docs/networks/threads.md, errors: publishing has been measured to take 222 seconds.
  lookAfterSeconds: [30, 90, 300],
  resendSafeSeconds: 0,
  // Half of the 60 days for which a token is valid.
  renewEarlySeconds: 30 * 86_400,
};
