/** LinkedIn, as the registry lists it. */
import { networkEntry } from "../entry.ts";
import { about } from "./about.ts";
import { drawCard } from "./card.ts";
import { icon } from "./icon.ts";
import { Linkedin } from "./linkedin.ts";
import { settings } from "./settings.ts";

export const linkedin = networkEntry({
  about,
  icon,
  settings,
  drawCard,
  create: (parsed, world) => new Linkedin(parsed, world),
});
