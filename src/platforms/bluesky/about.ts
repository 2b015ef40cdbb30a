/** What pages show about Bluesky. */
import { say } from "../../words/words.ts";
import type { PlatformAbout } from "../about.ts";
import { options } from "./options.ts";

export const about: PlatformAbout = {
  label: "Bluesky",
  guide: "bluesky",
  summary: say("Your Bluesky account, on any server of its network."),
  postLinkExample: "https://bsky.app/profile/you.bsky.social/post/3lbvq2xkzrs2k",
  permissions: [
    { scopes: ["atproto"], why: say("read your name and picture") },
    {
      scopes: ["repo:app.bsky.feed.post", "transition:generic"],
      why: say("post, and delete what you posted"),
    },
    {
      scopes: ["repo:app.bsky.feed.threadgate", "transition:generic"],
      why: say("choose who can reply to your posts"),
    },
    { scopes: ["blob:image/*", "transition:generic"], why: say("add pictures") },
  ],
  options,
  // docs/networks/bluesky.md, section 4.
  pictures: { most: 4, alt: 2_000 },
  linkCard: "made-by-us",
  sharePage: "https://bsky.app/intent/compose?text={text}",
  server: {
    label: say("Your Bluesky handle"),
    placeholder: "alice.bsky.social",
    hint: say("Like alice.bsky.social. A DID or the name of your server works too."),
  },
  namesIssuer: true,
  // A post is read by its key, which shows at once whether it is there (docs/networks/bluesky.md, section 5).
  lookAfterSeconds: [5, 60],
  // A repeat has the same key, however late the first request arrives.
  resendSafeSeconds: 604_800,
};
