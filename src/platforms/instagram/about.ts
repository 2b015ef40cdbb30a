/** What our pages say about Instagram. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import { commentOption } from "./comment.ts";

export const about: PlatformAbout = {
  label: "Instagram",
  guide: "instagram",
  reviewsApps: true,
  callsAboutOwners: true,
  summary: say("Posts the page’s picture on your professional Instagram account."),
  postLinkExample: "https://www.instagram.com/p/DCkkKl_OGb1/",
  asksWhichAccounts: true,
  permissions: [
    { scopes: ["instagram_business_basic", "instagram_basic"], why: say("read your name and picture") },
    {
      scopes: ["instagram_business_content_publish", "instagram_content_publish"],
      why: say("post the page’s picture"),
    },
  ],
  linkCard: "none",
  // docs/networks/instagram.md, section 5: publishing has been measured to take 129 seconds, on Threads 222.
  lookAfterSeconds: [30, 120, 300],
  resendSafeSeconds: 0,
  needsPicture: true,
  options: [commentOption],
  renewEarlySeconds: 30 * 86_400,
};
