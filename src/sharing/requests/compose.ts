/** Composes the text of a share for each account, and measures whether it fits. */
import type { Connection } from "../../connections/connection.ts";
import { addParameters } from "../../pages/page.ts";
import type { OptionValues, PlatformName } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";

export interface Fit {
  readonly connection: Connection;
  /** The page's address as it is posted, with the operator's link parameters. */
  readonly url: string;
  readonly text: string;
  readonly length: number;
  readonly limit: number;
  /** The text that replaces the message for this account. */
  readonly ownMessage: string | undefined;
  /** What the person chose for the post on its network. */
  readonly options: OptionValues;
}

export type NetworkMessages = Readonly<Partial<Record<PlatformName, string>>>;

/** What the person wrote, and the page's address. */
export interface Words {
  readonly message: string;
  /** Texts by connection id that replace the message. Blank ones are ignored. */
  readonly ownMessages?: Readonly<Record<string, string>> | undefined;
  /** Texts by network, for accounts without their own text. Blank ones are ignored. */
  readonly networkMessages?: NetworkMessages | undefined;
  /** The options of each account's post, by connection id. Absent: each network's defaults. */
  readonly options?: ReadonlyMap<string, OptionValues>;
  readonly url: string;
}

interface ComposeRuntime {
  readonly platforms: PlatformRegistry;
  readonly config: { readonly linkParameters: string };
}

/** Composes the text for one connection and measures it as its network counts. */
export function fitText(runtime: ComposeRuntime, connection: Connection, words: Words): Fit {
  const ownMessage = findOwnMessage(connection, words);
  const message = ownMessage ?? words.message;
  const platform = runtime.platforms.getPlatform(connection.platform);
  // An address that the person typed is left as it is.
  const url = message.includes(words.url)
    ? words.url
    : addParameters(words.url, runtime.config.linkParameters.replaceAll("{network}", connection.platform));
  const options = words.options?.get(connection.id) ?? {};
  const text = platform.composeText(message, url, options);
  const length = platform.countText(connection.account, text, options);
  return { connection, url, text, ...length, ownMessage, options };
}

function findOwnMessage({ id, platform }: Connection, words: Words): string | undefined {
  return words.ownMessages?.[id]?.trim() || words.networkMessages?.[platform]?.trim() || undefined;
}

/** Composes the texts for many connections. Accounts for which the same text counts alike are measured once. */
export function fitTexts(runtime: ComposeRuntime, connections: readonly Connection[], words: Words): Fit[] {
  const measured = new Map<string, Fit>();
  return connections.map((connection) => {
    const { countsBy = [] } = runtime.platforms.getPlatform(connection.platform).about;
    const { extra } = connection.account;
    const own = findOwnMessage(connection, words);
    const key = JSON.stringify([
      connection.platform,
      own ?? null,
      words.options?.get(connection.id) ?? null,
      countsBy.map((name) => extra[name] ?? null),
    ]);
    const fit = measured.get(key) ?? fitText(runtime, connection, words);
    measured.set(key, fit);
    return { ...fit, connection };
  });
}

/** Returns the keys of accounts' `extra` on which the length of a text depends, for all networks. */
export function listCountKeys({ platforms }: ComposeRuntime): string[] {
  return [...new Set(platforms.availablePlatforms().flatMap(({ about }) => about.countsBy ?? []))];
}

/** Words that must not be cut, because the rest would mean something else: addresses, tags and mentions. */
const UNCUTTABLE = /(?<!\S)\S*(?:[#@]|:\/\/|[\p{L}\p{N}]\.\p{L}{2})\S*/gu;
/** The part of the text that fits that a cut between words must keep. Otherwise the text is cut within a word. */
const LEAST_KEPT = 0.7;

/**
 * Shortens the message to what fits, with "…" for the rest. Cuts between words if possible, and never within a character, an address, a
 * tag or a mention.
 * @returns the whole message if it fits; an empty text if not even the address fits
 */
export function shortenMessage(runtime: ComposeRuntime, connection: Connection, words: Words): string {
  const message = words.message.trim();
  const fits = (text: string) => {
    const { url, options } = words;
    const { length, limit } = fitText(runtime, connection, {
      ...{ message: text, url },
      ...(options === undefined ? {} : { options }),
    });
    return length <= limit;
  };
  if (fits(message)) return message;
  const cuts = findCuts(message);
  const cutAt = (index: number) => `${message.slice(0, cuts[index]).trimEnd()}…`;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(cutAt(middle))) low = middle + 1;
    else high = middle;
  }
  // A network may count a word that was cut as longer than before: then a little more is cut.
  let longest = low - 1;
  while (longest >= 0 && !fits(cutAt(longest))) longest -= 1;
  if (longest < 0) return "";
  for (let index = longest; index >= longest * LEAST_KEPT; index -= 1)
    if (/\s/.test(message.charAt(cuts[index] ?? 0))) return cutAt(index);
  return cutAt(longest);
}

/** Returns the positions where the text may be cut, in rising order. */
function findCuts(text: string): number[] {
  const uncuttable = [...text.matchAll(UNCUTTABLE)].map(
    ({ index, 0: word }) => [index, index + word.length] as const,
  );
  let next = 0;
  return [...new Intl.Segmenter().segment(text)].flatMap(({ index }) => {
    while ((uncuttable[next]?.[1] ?? Infinity) <= index) next += 1;
    const [start = Infinity] = uncuttable[next] ?? [];
    return index === 0 || index > start ? [] : [index];
  });
}
