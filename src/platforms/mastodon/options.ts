/** What people may choose for a post on a Mastodon server (docs/networks/mastodon.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type OptionValues, type PostOption, parseOptions } from "../posts/options.ts";

/** Our own limit. Servers count the warning together with the text. */
const LONGEST_WARNING = 200;

/** Mastodon from 4.5 on (docs/networks/fediverse.md). */
const quotes: PostOption = {
  kind: "choice",
  name: "quotes",
  label: say("Who can quote it"),
  hint: say("Nobody can quote a post that only followers see."),
  isKept: true,
  values: [
    { value: "account", label: say("As set on your server") },
    { value: "public", label: say("Everybody") },
    { value: "followers", label: say("Followers only") },
    { value: "nobody", label: say("Nobody") },
  ],
};

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
  quotes,
  { kind: "language", name: "language", label: say("Language of the post") },
];

const optionsShape = z.strictObject({
  visibility: z.enum(["public", "unlisted", "private"]).optional(),
  warning: z.string().optional(),
  sensitive: z.boolean().optional(),
  language: z.string().optional(),
  quotes: z.enum(["public", "followers", "nobody"]).optional(),
});

/** @param hasQuotePolicies whether the account's server lets its people say who can quote them */
export function optionsFor(hasQuotePolicies: boolean): readonly PostOption[] {
  return hasQuotePolicies ? options : options.filter((option) => option !== quotes);
}

/** Returns the chosen options under the API's names. Empty without any. @throws {PlatformError} if a value is unknown */
export function toParameters(values: OptionValues) {
  const { visibility, warning, sensitive, language, quotes: quoting } = parseOptions(optionsShape, values);
  return {
    ...(visibility === undefined ? {} : { visibility }),
    ...(warning === undefined ? {} : { spoiler_text: warning }),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(language === undefined ? {} : { language }),
    ...(quoting === undefined ? {} : { quote_approval_policy: quoting }),
  };
}
