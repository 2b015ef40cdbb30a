/** Instagram has no link cards; the post shows the page's picture (docs/networks/instagram.md, section 4.1). */
import { say } from "../../words/words.ts";
import type { CardSource, LinkCard } from "../posts/link-card.ts";
import { isCutToFit, RATIO } from "./picture.ts";

export function drawCard({ picture, namesPicture, wasRead }: CardSource): LinkCard {
  const unsure = say("The address appears in the text. Instagram does not make it a link.");
  if (picture === undefined) {
    if (!wasRead && namesPicture) return { layout: "none", unsure, warnings: [] };
    if (!wasRead)
      return {
        layout: "none",
        unsure,
        warnings: [say("Instagram needs a picture, but we could not read the page to find one.")],
      };
    const why = namesPicture
      ? say("Instagram needs a picture. The page's picture cannot be fetched or read.")
      : say("Instagram needs a picture, but the page does not specify one (og:image).");
    return { layout: "none", warnings: [why] };
  }
  const ratio = picture.width / picture.height;
  const shown = Math.min(Math.max(ratio, RATIO.least), RATIO.most);
  if (shown === ratio) return { layout: "picture", picture, ratio, unsure, warnings: [] };
  const isCut = isCutToFit(picture.width, picture.height);
  return {
    layout: "picture",
    picture,
    ratio: shown,
    ...(isCut ? {} : { margin: true as const }),
    unsure,
    warnings: [
      isCut
        ? say("Instagram accepts pictures from 4:5 to 1.91:1, so this one will be cropped.")
        : say("Instagram accepts pictures from 4:5 to 1.91:1, so this one will get a white margin."),
    ],
  };
}
