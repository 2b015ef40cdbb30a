/** The link cards of Facebook and Threads, which Meta reads from the page (docs/networks/link-cards.md, sections 4 and 6). */
import { say } from "../../words/words.ts";
import {
  type CardPicture,
  type CardSource,
  hostOf,
  type LinkCard,
  warnOfCut,
  warnOfPicture,
} from "../posts/link-card.ts";

const TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
/** The minimum size of a picture, and of a wide one. */
const LEAST = { width: 200, height: 200 };
const WIDE = { width: 600, height: 315, ratio: 1.91 };

export function drawFacebookCard(source: CardSource): LinkCard {
  const card = drawMetaCard(source, "Facebook");
  const { tags, url, canonical } = source;
  const warnings = [...card.warnings];
  if (source.wasRead && canonical !== url && hostOf(canonical) !== hostOf(url))
    warnings.push(
      say("Facebook shares the page’s canonical address: {host}.", {
        host: hostOf(canonical),
      }),
    );
  if (source.picture !== undefined && tags["og:image:width"] === undefined && tags["og:image"] !== undefined)
    warnings.push(
      say(
        "Facebook may show no picture the first time a page is shared. Add og:image:width and og:image:height to avoid that.",
      ),
    );
  const named = tags["og:image"];
  if (named !== undefined && !/^https?:\/\//i.test(named.trim()))
    warnings.push(say("Facebook requires a full address in og:image, starting with https:// or http://."));
  return { ...card, site: hostOf(url).toUpperCase(), warnings };
}

export function drawThreadsCard(source: CardSource): LinkCard {
  const { description: _hidden, ...card } = drawMetaCard(source, "Threads");
  return card;
}

function drawMetaCard(source: CardSource, network: string): LinkCard {
  const words = { site: hostOf(source.url), title: source.title, description: source.description };
  if (!source.wasRead)
    return {
      ...words,
      layout: "words",
      unsure: say(
        "{network} reads the page itself. We could not read it, so {network} may show only its address.",
        {
          network,
        },
      ),
      warnings: [],
    };
  const card = drawRead(source, network);
  const isNamed = source.tags["og:title"] !== undefined && source.tags["og:image"] !== undefined;
  if (isNamed) return card;
  return {
    ...card,
    unsure: say("Without og:title and og:image, {network} guesses what to show.", { network }),
  };
}

function drawRead(source: CardSource, network: string): LinkCard {
  const words = { site: hostOf(source.url), title: source.title, description: source.description };
  const { picture } = source;
  const warnings = warnOfPicture(source, picture, { network, maxMegabytes: 8, types: TYPES });
  if (picture === undefined) return { ...words, layout: "words", warnings };
  const size = `${picture.width} × ${picture.height}`;
  if (!isAtLeast(picture, LEAST))
    return {
      ...words,
      layout: "words",
      warnings: [
        ...warnings,
        say("{network} does not show pictures smaller than 200 × 200 pixels. This one is {size}.", {
          network,
          size,
        }),
      ],
    };
  if (!isAtLeast(picture, WIDE))
    return {
      ...words,
      layout: "small",
      picture,
      warnings: [
        ...warnings,
        say(
          "{network} shows only a small picture if it has less than 600 × 315 pixels. This one is {size}.",
          { network, size },
        ),
      ],
    };
  return {
    ...words,
    layout: "wide",
    picture,
    ratio: WIDE.ratio,
    warnings: [...warnings, ...warnOfCut(picture, network)],
  };
}

function isAtLeast({ width, height }: CardPicture, least: { width: number; height: number }): boolean {
  return width >= least.width && height >= least.height;
}
