/** Whose tries are counted together: a browser's, a network's, the whole service's, a person's. */
import { createHmac } from "node:crypto";
import { networksOf } from "./address.ts";
import { type Rule, WIDE } from "./rules.ts";

/** Who tries. */
export interface Attempt {
  /** As `readVisitorAddress` gives it. */
  readonly ipAddress?: string | undefined;
  /** A mail address as typed, or the id of who is signed in. */
  readonly person?: string | undefined;
  /** What marks the browser, where this person, or anybody where none is named, signed in with it before. */
  readonly browser?: string | undefined;
}

export interface Counter {
  readonly key: string;
  readonly scope: string;
  readonly most: number;
}

/** In the order they are asked: who is refused by one takes nothing from those after it. */
export function listCounters(rule: Rule, { ipAddress, person, browser }: Attempt, secret: string): Counter[] {
  const { perNetwork, perPerson, perBrowser, perService } = rule;
  const found: Counter[] = [];
  const add = (scope: string, most: number | undefined, ...of: (string | undefined)[]) => {
    if (most !== undefined && !of.includes(undefined))
      found.push({
        scope,
        most,
        key: createHmac("sha256", secret).update(of.join("\n")).digest("base64url"),
      });
  };
  add("browser", perBrowser, browser, person ?? "");
  if (found.length > 0) return found;
  const networks = ipAddress === undefined ? undefined : networksOf(ipAddress);
  add("wide", perNetwork && perNetwork * WIDE, networks?.wide);
  add("network", perNetwork, networks?.narrow);
  add("service", perService);
  add("person", perPerson, person);
  return found;
}
