/** What people may choose for a post on X (docs/networks/x.md, section 3). */
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
      { value: "following", label: say("Accounts you follow") },
      { value: "verified", label: say("Verified accounts") },
      { value: "mentionedUsers", label: say("Only accounts you mention") },
    ],
  },
];

/** The values are X's own; `subscribers` is left out, because it needs an account that has some. */
export const optionsShape = z.strictObject({
  replies: z.enum(["following", "verified", "mentionedUsers"]).optional(),
});
