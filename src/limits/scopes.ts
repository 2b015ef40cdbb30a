/** The counters that apply to an attempt: per browser, per IP network, for the whole service, per person. */
import { createHmac } from "node:crypto";
import { networksOf } from "./address.ts";
import { type Rule, WIDE } from "./rules.ts";

/** Who makes the attempt. */
export interface Attempt {
  /** As returned by `readVisitorAddress`. */
  readonly ipAddress?: string | undefined;
  /** The email address as typed, or the id of the signed-in person. */
  readonly person?: string | undefined;
  /** Identifies a browser in which this person (or anyone, if no person is named) has signed in before. */
  readonly browser?: string | undefined;
}

export interface Counter {
  readonly key: string;
  readonly scope: string;
  readonly most: number;
}

/** Lists the counters in the order in which they are asked. An attempt that one refuses is not counted by those after it. */
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
