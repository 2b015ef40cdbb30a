/** What people may choose for a post on a Mastodon server (docs/networks/mastodon.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type OptionValues, type PostOption, parseOptions } from "../posts/options.ts";

/** Our own limit. Servers count the warning together with the text. */
const LONGEST_WARNING = 200;

export const options: readonly PostOption[] = [
  {
    kind: "choice",
    name: "visibility",
    label: say("Who can see it"),
    isKept: true,
    values: [
      { value: "account", label: say("As set on your server") },
      { value: "public", label: say("Public") },
      { value: "unlisted", label: say("Quiet public: not in public timelines") },
      { value: "private", label: say("Followers only") },
    ],
  },
  {
    kind: "text",
    name: "warning",
    label: say("Content warning"),
    hint: say("Readers see this first, and open the post with a press."),
    longest: LONGEST_WARNING,
  },
  {
    kind: "switch",
    name: "sensitive",
    label: say("Hide the pictures until readers open them"),
    needs: "pictures",
  },
  { kind: "language", name: "language", label: say("Language of the post") },
];

const optionsShape = z.strictObject({
  visibility: z.enum(["public", "unlisted", "private"]).optional(),
  warning: z.string().optional(),
  sensitive: z.boolean().optional(),
  language: z.string().optional(),
});

/** Returns the chosen options under the API's names. Empty without any. @throws {PlatformError} if a value is unknown */
export function toParameters(values: OptionValues) {
  const { visibility, warning, sensitive, language } = parseOptions(optionsShape, values);
  return {
    ...(visibility === undefined ? {} : { visibility }),
    ...(warning === undefined ? {} : { spoiler_text: warning }),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(language === undefined ? {} : { language }),
  };
}
