/** What people may choose for a post on their LinkedIn profile (docs/networks/linkedin.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { PostOption } from "../posts/options.ts";

export const options: readonly PostOption[] = [
  {
    kind: "choice",
    name: "audience",
    label: say("Who can see it"),
    isKept: true,
    values: [
      { value: "PUBLIC", label: say("Anyone") },
      { value: "CONNECTIONS", label: say("Connections only") },
    ],
  },
];

/** The values are LinkedIn's own. */
export const optionsShape = z.strictObject({ audience: z.enum(["CONNECTIONS"]).optional() });
