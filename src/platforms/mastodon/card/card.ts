/**
 * Draws Mastodon's card, which each server reads from the page some time after posting (docs/networks/link-cards.md,
 * section 4).
 */
import { say, type Told } from "../../../words/words.ts";
import {
  type CardPicture,
  type CardSource,
  type LinkCard,
  type PageFacts,
  shortenAddress,
  warnOfPicture,
} from "../../posts/link-card.ts";
import { linkMadeOf } from "../text/entities.ts";
import { type MastodonReading, readAsMastodon } from "./page.ts";

const NETWORK = "Mastodon";
const TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const CREATOR = /^@?[\w.-]+@[\w.-]+$/;

/** How many characters of an address are shown. */
const SHOWN_ADDRESS = 30;

export function drawCard(source: CardSource): LinkCard {
  const { url } = source;
  const address = shortenAddress(url, SHOWN_ADDRESS);
  const { hostname } = new URL(url);
  const link = HERE.test(hostname) ? url : linkMadeOf(url);
  if (link === undefined) return { layout: "none", warnings: [warnOfNoLink(hostname)] };
  const card = drawFromPage(source);
  if (link === url) return { ...card, address };
  return { ...card, address, warnings: [...card.warnings, warnOfShortLink(url.slice(link.length))] };
}

/** A simulated server links the pages on its own machine, which no other machine can open. */
const HERE = /(?:^|\.)localhost$|^127\./;

function warnOfNoLink(host: string): Told {
  return say(
    "Mastodon will not turn this address into a link or a card, because it does not know the ending of {host}. People will have to copy the address.",
    { host },
  );
}

function warnOfShortLink(rest: string): Told {
  return say("Mastodon’s link leaves out the end of this address, “{rest}”: it may lead to another page.", {
    rest,
  });
}

function drawFromPage(source: CardSource): LinkCard {
  const { facts } = source;
  if (!source.wasRead || facts === undefined)
    return {
      layout: "none",
      unsure: say(
        "The server reads the page itself. We could not read it, so the server may show only the link.",
      ),
      warnings: [],
    };
  const reading = readAsMastodon(facts);
  if (reading === undefined) return { layout: "none", warnings: [tellNoHtml(facts)] };
  if (reading.title === "" && !reading.isVideo && reading.source !== "oEmbed")
    return { layout: "none", warnings: [tellNoTitle(facts)] };
  const { picture, warnings } = findPicture(source, facts, reading);
  const creator = facts.metas["fediverse:creator"] ?? "";
  const isCreator = CREATOR.test(creator);
  if (creator !== "" && !isCreator)
    warnings.push(
      say("fediverse:creator must be a handle like @ana@social.example, not “{creator}”.", {
        creator: creator.slice(0, 60),
      }),
    );
  const card = {
    // If the page names no site, the host as in the post's address.
    site: reading.site || new URL(source.url).hostname,
    title: reading.title,
    ...tellMore(reading, isCreator ? creator : undefined),
    unsure: isCreator
      ? say("The line about its author is shown only if they allow this site in their account’s settings.")
      : say("The preview card appears shortly after the post."),
    warnings: [...tellSource(facts, reading), ...warnings],
  };
  if (picture === undefined) return { ...card, layout: "words" };
  const isWide = reading.isVideo || picture.width > picture.height;
  return { ...card, layout: isWide ? "wide" : "small", picture, ...(isWide ? { ratio: 1.91 } : {}) };
}

/** The line under the title: the account behind the page, otherwise its author's name, otherwise the description. */
function tellMore({ author, description }: MastodonReading, creator: string | undefined) {
  if (creator !== undefined) return { byline: `More from ${creator.replace(/^@?/, "@")}` };
  return author === "" ? { description } : { byline: `By ${author}` };
}

function findPicture(
  source: CardSource,
  facts: PageFacts,
  reading: MastodonReading,
): { picture: CardPicture | undefined; warnings: Told[] } {
  const picture = reading.picture === undefined ? undefined : source.pictures.get(reading.picture);
  const named = facts.metas["og:image"] ?? "";
  const rules = { network: NETWORK, maxMegabytes: 8, types: TYPES };
  if (reading.picture !== undefined || !source.namesPicture)
    return {
      picture,
      warnings: warnOfPicture({ ...source, namesPicture: reading.picture !== undefined }, picture, rules),
    };
  if (named.trim() === "")
    return { picture, warnings: [say("Mastodon will show no picture: it reads only og:image.")] };
  const warning = say(
    "Mastodon will show no picture: og:image must start with https:// or http:// in lower case, with no space before it.",
  );
  return { picture, warnings: [warning] };
}

function tellSource({ metas }: PageFacts, { source, title, description }: MastodonReading): Told[] {
  if (source === "oEmbed")
    return [say("Mastodon takes the card from the site’s oEmbed answer, not from the page’s tags.")];
  const differs = (name: string, words: string) => (metas[name] ?? words).trim() !== words;
  if (source !== undefined && differs("og:title", title))
    return [say("Mastodon takes the title of the JSON-LD {type}, not og:title.", { type: source })];
  if (source !== undefined && differs("og:description", description))
    return [
      say("Mastodon takes the description of the JSON-LD {type}, not og:description.", { type: source }),
    ];
  const ignored = ["twitter:title", "twitter:description"].filter(
    (name) => metas[name] && typeof metas[name.replace("twitter:", "og:")] !== "string",
  );
  return ignored.map((name) =>
    say("Mastodon does not read {name}: it needs {other}.", { name, other: name.replace("twitter:", "og:") }),
  );
}

function tellNoHtml({ type }: PageFacts): Told {
  return type === ""
    ? say("Mastodon will show no card: the page’s answer names no type (Content-Type: text/html).")
    : say("Mastodon will show no card: it reads only pages of the type text/html, and this one is {type}.", {
        type: type.slice(0, 60),
      });
}

function tellNoTitle({ metas, objects }: PageFacts): Told {
  if (objects.some(({ headline }) => headline === ""))
    return say("Mastodon will show no card: the headline in the page’s JSON-LD is empty.");
  return typeof metas["og:title"] === "string"
    ? say("Mastodon will show no card: the page’s first og:title is empty.")
    : say(
        "Mastodon will show no card: it finds no og:title, and no title in the page’s head, which ends at the first element that does not belong there.",
      );
}
