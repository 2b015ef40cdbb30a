/** What a share will say on each network, and whether it fits. */
import type { Connection } from "../../connections/connection.ts";
import { addParameters } from "../../pages/page.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";

export interface Fit {
  readonly connection: Connection;
  /** The page's address as it is posted there: with the operator's parameters. */
  readonly url: string;
  readonly text: string;
  readonly length: number;
  readonly limit: number;
  /** What the person wrote for this account alone. */
  readonly ownMessage: string | undefined;
}

export type NetworkMessages = Readonly<Partial<Record<PlatformName, string>>>;

/** What a person wrote. */
export interface Words {
  readonly message: string;
  /** By connection, in the place of the message; a blank one counts for nothing. */
  readonly ownMessages?: Readonly<Record<string, string>> | undefined;
  /** By network, for accounts without a message of their own; a blank one counts for nothing. */
  readonly networkMessages?: NetworkMessages | undefined;
  readonly url: string;
}

interface ComposeRuntime {
  readonly platforms: PlatformRegistry;
  readonly config: { readonly linkParameters: string };
}

/** The text for one connection with its length by that network's own count. */
export function fitText(runtime: ComposeRuntime, connection: Connection, words: Words): Fit {
  const ownMessage = findOwnMessage(connection, words);
  const message = ownMessage ?? words.message;
  const platform = runtime.platforms.getPlatform(connection.platform);
  // Who wrote the address themselves means it to the letter.
  const url = message.includes(words.url)
    ? words.url
    : addParameters(words.url, runtime.config.linkParameters.replaceAll("{network}", connection.platform));
  const text = platform.composeText(message, url);
  return { connection, url, text, ...platform.countText(connection.account, text), ownMessage };
}

function findOwnMessage({ id, platform }: Connection, words: Words): string | undefined {
  return words.ownMessages?.[id]?.trim() || words.networkMessages?.[platform]?.trim() || undefined;
}

/** The texts for many connections: those that count alike are measured once. */
export function fitTexts(runtime: ComposeRuntime, connections: readonly Connection[], words: Words): Fit[] {
  const measured = new Map<string, Fit>();
  return connections.map((connection) => {
    const { countsBy = [] } = runtime.platforms.getPlatform(connection.platform).about;
    const { extra } = connection.account;
    const own = findOwnMessage(connection, words);
    const key = JSON.stringify([
      connection.platform,
      own ?? null,
      countsBy.map((name) => extra[name] ?? null),
    ]);
    const fit = measured.get(key) ?? fitText(runtime, connection, words);
    measured.set(key, fit);
    return { ...fit, connection };
  });
}

/** The keys of accounts' `extra` that make a difference to that, of all networks. */
export function listCountKeys({ platforms }: ComposeRuntime): string[] {
  return [...new Set(platforms.availablePlatforms().flatMap(({ about }) => about.countsBy ?? []))];
}

/** A word that is cut is another one: an address, a tag, a mention. */
const WHOLE = /(?<!\S)\S*(?:[#@]|:\/\/|[\p{L}\p{N}]\.\p{L}{2})\S*/gu;
/** Of what fits, so much at least is kept where a cut between words would lose more. */
const LEAST_KEPT = 0.7;

/**
 * The beginning of the message that fits, with "…" for the rest; all of it where it fits, nothing where not even the
 * address does. Cut between words where there are any, never within a character, an address, a tag or a mention.
 */
export function shortenMessage(runtime: ComposeRuntime, connection: Connection, words: Words): string {
  const message = words.message.trim();
  const fits = (text: string) => {
    const { length, limit } = fitText(runtime, connection, { message: text, url: words.url });
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
  // A cut may make a word longer to a network than it was: a little less then.
  let longest = low - 1;
  while (longest >= 0 && !fits(cutAt(longest))) longest -= 1;
  if (longest < 0) return "";
  for (let index = longest; index >= longest * LEAST_KEPT; index -= 1)
    if (/\s/.test(message.charAt(cuts[index] ?? 0))) return cutAt(index);
  return cutAt(longest);
}

/** Where a text may be cut, rising. */
function findCuts(text: string): number[] {
  const wholes = [...text.matchAll(WHOLE)].map(({ index, 0: word }) => [index, index + word.length] as const);
  let next = 0;
  return [...new Intl.Segmenter().segment(text)].flatMap(({ index }) => {
    while ((wholes[next]?.[1] ?? Infinity) <= index) next += 1;
    const [start = Infinity] = wholes[next] ?? [];
    return index === 0 || index > start ? [] : [index];
  });
}
