/** What people may choose for a post on Bluesky (docs/networks/bluesky.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { PostOption } from "../posts/options.ts";

export const options: readonly PostOption[] = [
  {
    kind: "choice",
    name: "replies",
    label: say("Who can reply"),
    isKept: true,
    values: [
      { value: "everybody", label: say("Everybody") },
      { value: "following", label: say("People you follow") },
      { value: "followers", label: say("Your followers") },
      { value: "mentioned", label: say("People you mention") },
      { value: "nobody", label: say("Nobody") },
    ],
  },
  { kind: "language", name: "language", label: say("Language of the post") },
];

export const optionsShape = z.strictObject({
  replies: z.enum(["following", "followers", "mentioned", "nobody"]).optional(),
  language: z.string().optional(),
});

type Replies = NonNullable<z.infer<typeof optionsShape>["replies"]>;

const rules = {
  following: "followingRule",
  followers: "followerRule",
  mentioned: "mentionRule",
} as const;

/** The `allow` of a threadgate: an empty list lets nobody reply. */
export function allowedReplies(replies: Replies): { readonly $type: string }[] {
  return replies === "nobody" ? [] : [{ $type: `app.bsky.feed.threadgate#${rules[replies]}` }];
}
