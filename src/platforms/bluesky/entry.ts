/** Bluesky’s entry in the registry. */
import { networkEntry } from "../entry.ts";
import { about } from "./about.ts";
import { Bluesky } from "./bluesky.ts";
import { drawCard } from "./card.ts";
import { icon } from "./icon.ts";
import { settings } from "./settings.ts";

export const bluesky = networkEntry({
  about,
  icon,
  settings,
  drawCard,
  create: (parsed, world) => new Bluesky(parsed, world),
});
