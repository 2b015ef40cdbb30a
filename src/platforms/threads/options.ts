/** What people may choose for a post on Threads (docs/networks/threads.md, section 3). */
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
      { value: "everyone", label: say("Everyone") },
      { value: "followers_only", label: say("Your followers") },
      { value: "accounts_you_follow", label: say("Accounts you follow") },
      { value: "mentioned_only", label: say("Only accounts you mention") },
    ],
  },
];

/** The values are Threads' own. */
export const optionsShape = z.strictObject({
  replies: z.enum(["followers_only", "accounts_you_follow", "mentioned_only"]).optional(),
});
