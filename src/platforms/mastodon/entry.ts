/** Mastodon's entry in the registry. */
import { networkEntry } from "../entry.ts";
import { about } from "./about.ts";
import { drawCard } from "./card/card.ts";
import { icon } from "./icon.ts";
import { Mastodon } from "./mastodon.ts";
import { settings } from "./settings.ts";

export const mastodon = networkEntry({
  about,
  icon,
  settings,
  drawCard,
  create: (parsed, world) => new Mastodon(parsed, world),
});
