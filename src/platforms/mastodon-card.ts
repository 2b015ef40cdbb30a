/** Mastodon's card: read from the page by each server, some time after posting (docs/platforms/link-cards.md, section 7). */

import { say } from "../words/words.ts";
import { type CardSource, type LinkCard, shortenAddress, warnOfPicture } from "./link-card.ts";

const TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const CREATOR = /^@?[\w.-]+@[\w.-]+$/;

/** Of an address, so much is shown. */
const SHOWN_ADDRESS = 30;

export function drawMastodonCard(source: CardSource): LinkCard {
  return { ...drawCard(source), address: shortenAddress(source.url, SHOWN_ADDRESS) };
}

function drawCard(source: CardSource): LinkCard {
  const words = { site: source.siteName, title: source.title };
  if (!source.wasRead)
    return {
      layout: "none",
      unsure: say("The server reads the page itself. We could not, so that it may show only the link."),
      warnings: [],
    };
  const creator = source.tags["fediverse:creator"];
  const isCreator = creator !== undefined && CREATOR.test(creator);
  const { picture } = source;
  const warnings = warnOfPicture(source, picture, { network: "Mastodon", maxMegabytes: 8, types: TYPES });
  if (creator !== undefined && !isCreator)
    warnings.push(
      say("fediverse:creator must be a handle like @ana@social.example, not “{creator}”.", {
        creator: creator.slice(0, 60),
      }),
    );
  const rest = {
    ...(isCreator ? { byline: `More from ${creator.replace(/^@?/, "@")}` } : {}),
    unsure: isCreator
      ? say("The line about its author is shown only if they allow this site in their account's settings.")
      : say("The card comes some time after the post."),
    warnings,
  };
  if (picture === undefined) return { ...words, ...rest, layout: "words" };
  const isWide = picture.width > picture.height && picture.width >= 400;
  return isWide
    ? { ...words, ...rest, layout: "wide", picture, ratio: 1.91 }
    : { ...words, ...rest, layout: "small", picture };
}
