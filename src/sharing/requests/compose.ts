/** Composes the text of a share for each account, and measures whether it fits. */
import type { Connection } from "../../connections/connection.ts";
import { addParameters } from "../../pages/page.ts";
import { type OptionValues, type PlatformName, USUAL_HASHTAGS } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { areAttached, type PictureChoice } from "../pictures/choice.ts";
import { fillTemplate, type TemplatePage } from "../templates/fill.ts";
import { shorten } from "./shorten.ts";

export interface Fit {
  readonly connection: Connection;
  /** The page's address as it is posted, with the operator's link parameters. */
  readonly url: string;
  /** What the person wrote, or what a template makes of it and of the page. */
  readonly message: string;
  /** The message as it is posted, with the address where the network wants it. */
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
  /** The pictures to attach. */
  readonly pictures?: PictureChoice;
  readonly url: string;
  /** For accounts that have a template and no text of their own. Absent: nobody has one. */
  readonly templates?:
    | { readonly page: TemplatePage; readonly byConnection: ReadonlyMap<string, string> }
    | undefined;
}

interface ComposeRuntime {
  readonly platforms: PlatformRegistry;
  readonly config: { readonly linkParameters: string };
}

/** Composes the text for one connection and measures it as its network counts. */
export function fitText(runtime: ComposeRuntime, connection: Connection, words: Words): Fit {
  const ownMessage = findOwnMessage(connection, words);
  const written = ownMessage ?? words.message;
  const platform = runtime.platforms.getPlatform(connection.platform);
  const url = findAddress(runtime, connection, { written, url: words.url });
  const options = words.options?.get(connection.id) ?? {};
  const measure = (message: string) => {
    const text = platform.composeText(message, url, areAttached(words.pictures), options);
    return { message, text, ...platform.countText(connection.account, text, options) };
  };
  const template = ownMessage === undefined ? words.templates?.byConnection.get(connection.id) : undefined;
  const message =
    template === undefined || words.templates === undefined
      ? written
      : fillTemplate(
          template,
          {
            ...{ page: words.templates.page, url, message: written },
            hashtags: platform.about.hashtags ?? USUAL_HASHTAGS,
          },
          (filled) => {
            const { length, limit } = measure(filled);
            return length <= limit;
          },
        );
  return { connection, url, ...measure(message), ownMessage, options };
}

/** Returns the page's address with the operator's parameters. One that the person typed is left as it is. */
function findAddress(
  { config }: ComposeRuntime,
  { platform }: Connection,
  { written, url }: { readonly written: string; readonly url: string },
): string {
  const tagged = addParameters(url, config.linkParameters.replaceAll("{network}", platform));
  return written.includes(url) && !written.includes(tagged) ? url : tagged;
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
      words.templates?.byConnection.get(connection.id) ?? null,
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

/**
 * Shortens the message to what fits, with "…" for the rest.
 * @returns the whole message if it fits; an empty text if not even the address fits
 */
export function shortenMessage(runtime: ComposeRuntime, connection: Connection, words: Words): string {
  return shorten(words.message.trim(), (message) => {
    const { length, limit } = fitText(runtime, connection, { ...words, message });
    return length <= limit;
  });
}
