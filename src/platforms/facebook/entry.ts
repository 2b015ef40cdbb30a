/** Facebook's entry in the registry. */
import { networkEntry } from "../entry.ts";
import { drawFacebookCard } from "../meta/card.ts";
import { about } from "./about.ts";
import { Facebook } from "./facebook.ts";
import { icon } from "./icon.ts";
import { settings } from "./settings.ts";

export const facebook = networkEntry({
  about,
  icon,
  settings,
  drawCard: drawFacebookCard,
  create: (parsed, world) => new Facebook(parsed, world),
});
