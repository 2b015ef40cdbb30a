/** Draws Bluesky’s card. We make the card, because Bluesky does not read the page (docs/networks/link-cards.md, section 8). */
import { say, type Told } from "../../words/words.ts";
import { type CardSource, hostOf, type LinkCard, warnOfCut } from "../posts/link-card.ts";

function tellNoPicture({ namesPicture, wasRead }: CardSource): Told {
  if (namesPicture) return say("Bluesky will show no picture: the page’s picture cannot be fetched or read.");
  return wasRead
    ? say("Bluesky will show no picture: the page names no picture.")
    : say("Bluesky will show no picture: we could not read the page, so we know of none.");
}

/** Draws the card that we will attach for this page. */
export function drawCard(source: CardSource): LinkCard {
  const { picture, title, description } = source;
  const words = {
    site: hostOf(source.url),
    title: titleOfCard(title, source.url),
    ...(description === "" ? {} : { description }),
  };
  if (picture === undefined) return { ...words, layout: "words", warnings: [tellNoPicture(source)] };
  return { ...words, layout: "wide", picture, ratio: 1.91, warnings: warnOfCut(picture, "Bluesky") };
}

/** A card needs a title. */
export function titleOfCard(title: string, url: string): string {
  return title.trim() || hostOf(url);
}
