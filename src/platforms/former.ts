/** Stands in for a network that this version does not support: its accounts are still shown and can be disconnected. */
import { z } from "zod";
import { say } from "../words/words.ts";
import type { NetworkEntry } from "./entry.ts";

/** A circle with a bar across it. */
const icon = {
  path: "M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22m0 2a9 9 0 1 1 0 18 9 9 0 0 1 0-18M6 11h12v2H6z",
};

/** @param name the name in the row, which is all that we know of the network */
export function formerNetwork(name: string): NetworkEntry {
  return {
    about: {
      label: name,
      guide: "",
      summary: say("This network is no longer supported here."),
      postLinkExample: "",
      permissions: [],
      linkCard: "none",
      lookAfterSeconds: [],
      resendSafeSeconds: 0,
      isFormer: true,
    },
    icon,
    settings: z.object({}),
    drawCard: () => ({ layout: "none", warnings: [] }),
    create: () => {
      throw new Error(`${name} is no longer supported.`);
    },
  };
}
