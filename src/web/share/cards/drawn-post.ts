/** What a post shows below its text: the network's link card, or the pictures that a person attaches in its place. */
import type { PlatformName } from "../../../platforms/platform.ts";
import {
  aboutPlatform,
  type CardPicture,
  type CardSource,
  drawLinkCard,
  type LinkCard,
} from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";

/** The pictures of a draft: empty for none at all, undefined for those that cards have by themselves. */
export type PostPictures = readonly CardPicture[] | undefined;

/** Draws the card of a post with these pictures, and says what the network makes of them. */
export function drawPost(platform: PlatformName, source: CardSource, pictures: PostPictures): LinkCard {
  if (pictures === undefined) return drawLinkCard(platform, source);
  return pictures.length === 0 ? drawWithout(platform, source) : drawWith(platform, source, pictures);
}

function drawWithout(platform: PlatformName, source: CardSource): LinkCard {
  const { linkCard, label: network, needsPicture } = aboutPlatform(platform);
  if (needsPicture === true)
    return { layout: "none", warnings: [say("{network} only accepts posts with a picture.", { network })] };
  if (linkCard !== "made-by-us") return drawLinkCard(platform, source);
  return { ...drawLinkCard(platform, { ...source, picture: undefined, namesPicture: false }), warnings: [] };
}

function drawWith(platform: PlatformName, source: CardSource, pictures: readonly CardPicture[]): LinkCard {
  const { linkCard, label: network, pictures: limits } = aboutPlatform(platform);
  const most = limits?.most ?? 0;
  // Where there is no link card, the first picture has the place of the page's own.
  const card: LinkCard =
    linkCard === "none"
      ? drawLinkCard(platform, { ...source, picture: pictures[0], namesPicture: true })
      : { layout: "none", warnings: [] };
  if (pictures.length <= most) return card;
  const tooMany = say(
    "{network} takes {most, plural, =0 {no pictures} one {at most one picture} other {at most # pictures}} with a post.",
    { network, most },
  );
  return { ...card, warnings: [...card.warnings, tooMany] };
}

/** Returns the pictures that a post shows in the place of its card. */
export function attachedTo(platform: PlatformName, pictures: PostPictures = []): readonly CardPicture[] {
  return pictures.slice(0, aboutPlatform(platform).pictures?.most ?? 0);
}
