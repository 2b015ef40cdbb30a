/** X, as the registry lists it. */
import { networkEntry } from "../entry.ts";
import { about } from "./about.ts";
import { drawCard } from "./card.ts";
import { icon } from "./icon.ts";
import { settings } from "./settings.ts";
import { Twitter } from "./twitter.ts";

export const twitter = networkEntry({
  about,
  icon,
  settings,
  drawCard,
  create: (parsed, world) => new Twitter(parsed, world),
});
