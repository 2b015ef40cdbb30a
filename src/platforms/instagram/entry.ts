/** Instagram's entry in the registry. */
import { networkEntry } from "../entry.ts";
import { about } from "./about.ts";
import { drawCard } from "./card.ts";
import { icon } from "./icon.ts";
import { Instagram } from "./instagram.ts";
import { settings } from "./settings.ts";

export const instagram = networkEntry({
  about,
  icon,
  settings,
  drawCard,
  create: (parsed, world) => new Instagram(parsed, world),
});
