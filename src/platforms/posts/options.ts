/** What people may choose for a post beside its words: described by each network as data, so that other code knows no network. */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { PlatformError } from "../platform-error.ts";

interface Described {
  /** In forms and rows, in small letters: "visibility". */
  readonly name: string;
  readonly label: Told;
  readonly hint?: Told;
  /** The person's last choice for an account is chosen again. Absent for what is about one post alone. */
  readonly isKept?: true;
  /** It has an effect only on a post with pictures. */
  readonly needs?: "pictures";
}

interface OptionValue {
  readonly value: string;
  readonly label: Told;
}

/** One of several values. The first is what the network does if nothing is chosen. */
interface ChoiceOption extends Described {
  readonly kind: "choice";
  readonly values: readonly [OptionValue, ...OptionValue[]];
}

/** One line of text, of at most `longest` UTF-16 units. Empty by default. */
interface TextOption extends Described {
  readonly kind: "text";
  readonly longest: number;
}

/** The language of the post, ISO 639-1. By default, the account's own. */
interface LanguageOption extends Described {
  readonly kind: "language";
}

/** Off by default. */
interface SwitchOption extends Described {
  readonly kind: "switch";
}

export type PostOption = ChoiceOption | TextOption | LanguageOption | SwitchOption;

/** The values of a post's options by name. One that is absent has its default. */
export type OptionValues = Readonly<Record<string, string | boolean>>;

const languageNames = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
const language = z.string().refine((code) => /^[a-z]{2}$/.test(code) && languageNames.of(code) !== undefined);
/** A checked box comes from a form as "on". */
const onOrOff = z.union([z.boolean(), z.enum(["on", ""]).transform((word) => word === "on")]);

function shapeOf(option: PostOption): z.ZodType<string | boolean> {
  switch (option.kind) {
    case "choice":
      return z.enum(option.values.map(({ value }) => value));
    case "text":
      return z
        .string()
        .overwrite((text) => text.replace(/\s+/g, " ").trim())
        .max(option.longest);
    case "language":
      return z.union([z.literal(""), language]);
    case "switch":
      return onOrOff;
  }
}

function defaultOf(option: PostOption): string | boolean {
  if (option.kind === "choice") return option.values[0].value;
  return option.kind === "switch" ? false : "";
}

export interface ReadOptions {
  /** Without those that have their default. */
  readonly values: OptionValues;
  /** The options whose given value cannot be used. */
  readonly refused: readonly PostOption[];
}

/**
 * Reads what was chosen. An option that is not given keeps its value of `before`, and one that the account does not have is left
 * out.
 */
export function readOptions(
  options: readonly PostOption[],
  given: Readonly<Record<string, unknown>>,
  before: OptionValues = {},
): ReadOptions {
  const values: Record<string, string | boolean> = {};
  const refused: PostOption[] = [];
  for (const option of options) {
    const chosen = findSaid(option, given[option.name]) ?? before[option.name];
    if (chosen === undefined) continue;
    const { data } = shapeOf(option).safeParse(chosen);
    if (data === undefined) refused.push(option);
    else if (data !== defaultOf(option)) values[option.name] = data;
  }
  return { values, refused };
}

/** One of several values is never none: an empty field says nothing. */
function findSaid({ kind }: PostOption, given: unknown): unknown {
  return kind === "choice" && given === "" ? undefined : given;
}

/** Returns the value of every option, so that the defaults are named too. */
export function spellOut(options: readonly PostOption[], values: OptionValues): OptionValues {
  return Object.fromEntries(options.map((option) => [option.name, values[option.name] ?? defaultOf(option)]));
}

/** Returns those of the values that are chosen again for the account's next post. */
export function keptOf(options: readonly PostOption[], values: OptionValues): OptionValues {
  const kept = options.filter(({ isKept }) => isKept === true).map(({ name }) => name);
  return Object.fromEntries(Object.entries(values).filter(([name]) => kept.includes(name)));
}

/**
 * Reads a post's values by the network's own shape.
 * @throws {PlatformError} rejected, if another version stored what this one does not know: more people than wanted might see the
 * post
 */
export function parseOptions<Shape extends z.ZodType>(shape: Shape, values: OptionValues): z.infer<Shape> {
  const parsed = shape.safeParse(values);
  if (parsed.success) return parsed.data;
  const message = say("One of the settings chosen for this post is no longer offered. Share it again.");
  throw new PlatformError("rejected", { code: "unknown-option", message });
}
