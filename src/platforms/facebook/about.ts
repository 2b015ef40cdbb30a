/** What our pages say about Facebook. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";

export const about: PlatformAbout = {
  label: "Facebook",
  guide: "facebook",
  reviewsApps: true,
  callsAboutOwners: true,
  summary: say("Posts on Facebook Pages that you can post on. Apps cannot post on personal profiles."),
  postLinkExample: "https://www.facebook.com/yourpage/posts/122104567890123456",
  asksWhichAccounts: true,
  permissions: [
    { scopes: ["pages_show_list"], why: say("see which Pages are yours") },
    { scopes: ["pages_read_engagement"], why: say("read a Page’s name and check whether a post exists") },
    { scopes: ["pages_manage_posts"], why: say("post on your Pages, and delete what you posted") },
    { scopes: ["business_management"], why: say("see Pages in your business portfolios") },
  ],
  // docs/networks/facebook.md, section 3. Facebook names no limits; its own composer shows ten well.
  pictures: { most: 10, alt: 1_000 },
  linkCard: "crawled-from-page",
  sharePage: "https://www.facebook.com/sharer/sharer.php?u={url}",
  // docs/networks/facebook.md, section 6: posts can appear late, there is no idempotency key, and lists can be incomplete.
  lookAfterSeconds: [30, 120, 300, 600],
  resendSafeSeconds: 0,
};
