/** LinkedIn's card: made by us, as LinkedIn does not read the page (docs/platforms/link-cards.md, section 5). */

import { say } from "../words/words.ts";
import { type CardSource, cutTo, hostOf, type LinkCard, warnOfCut } from "./link-card.ts";

const LONGEST_TITLE = 400;

export function drawLinkedinCard(source: CardSource): LinkCard {
  const words = { site: hostOf(source.url), title: cutTo(source.title, LONGEST_TITLE) };
  const { picture } = source;
  if (picture === undefined) {
    const why = source.namesPicture
      ? say("LinkedIn will show no picture: the page's picture cannot be fetched or read.")
      : say("LinkedIn will show no picture: the page names no picture.");
    return { ...words, layout: "words", warnings: [why] };
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
