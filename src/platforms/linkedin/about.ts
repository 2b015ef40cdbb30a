/** What pages show about LinkedIn. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import { options } from "./options.ts";

export const about: PlatformAbout = {
  label: "LinkedIn",
  guide: "linkedin",
  reviewsApps: true,
  summary: say("Posts on your LinkedIn profile, or on company pages that you manage."),
  postLinkExample: "https://www.linkedin.com/feed/update/urn:li:share:6844785523593134080/",
  permissions: [
    { scopes: ["profile", "rw_organization_admin"], why: say("read the name and the picture") },
    { scopes: ["w_member_social", "w_organization_social"], why: say("post, and delete what you posted") },
  ],
  options,
  // docs/networks/linkedin.md, section 6.
  pictures: { most: 20, alt: 4_000 },
  linkCard: "made-by-us",
  sharePage: "https://www.linkedin.com/sharing/share-offsite/?url={url}",
  // docs/networks/linkedin.md, section 9: we cannot list posts, but LinkedIn refuses a repeat and names the first post.
  lookAfterSeconds: [300],
  resendSafeSeconds: 0,
  repeatNamesFirstSeconds: 540,
  renewEarlySeconds: 14 * 86_400,
};
