/** Draws LinkedIn’s card. We make the card, because LinkedIn does not read the page (docs/networks/link-cards.md, section 5). */
import { say, type Told } from "../../words/words.ts";
import { type CardSource, cutTo, hostOf, type LinkCard, warnOfCut } from "../posts/link-card.ts";

const LONGEST_TITLE = 400;

function tellNoPicture({ namesPicture, wasRead }: CardSource): Told {
  if (namesPicture)
    return say("LinkedIn will show no picture: the page’s picture cannot be fetched or read.");
  return wasRead
    ? say("LinkedIn will show no picture: the page names no picture.")
    : say("LinkedIn will show no picture: we could not read the page, so we know of none.");
}

/** Draws the card that we will attach for this page. */
export function drawCard(source: CardSource): LinkCard {
  const words = { site: hostOf(source.url), title: cutTo(source.title, LONGEST_TITLE) };
  const { picture } = source;
  if (picture === undefined) {
    return { ...words, layout: "words", warnings: [tellNoPicture(source)] };
  }
  return {
    ...words,
    layout: "wide",
    picture,
    ratio: 1.91,
    unsure: say("LinkedIn shows the picture small beside the title to some readers."),
    warnings: warnOfCut(picture, "LinkedIn"),
  };
}
