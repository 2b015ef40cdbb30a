/** Threads' entry in the registry. */
import { networkEntry } from "../entry.ts";
import { drawThreadsCard } from "../meta/card.ts";
import { about } from "./about.ts";
import { icon } from "./icon.ts";
import { settings } from "./settings.ts";
import { Threads } from "./threads.ts";

export const threads = networkEntry({
  about,
  icon,
  settings,
  drawCard: drawThreadsCard,
  create: (parsed, world) => new Threads(parsed, world),
});
