/** Counts a try, and tells whoever tried too often to wait. */
import { tellWait } from "../../limits/limits.ts";
import type { Action } from "../../limits/rules.ts";
import { say, type Told } from "../../words/words.ts";
import type { PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { findKnownBrowser } from "./known-browsers.ts";

/** Nobody is named by these, so that any browser in which somebody signed in before has a counter of its own. */
const nameless: readonly Action[] = ["code", "passkey", "openid", "link-use"];
const mailed: readonly Action[] = ["sign-in-link", "password-reset"];

type HoldBackRuntime = Pick<PeopleRuntime, "limits" | "people" | "database" | "config" | "now">;

interface Who {
  /** As typed by somebody who is not signed in. */
  readonly mail?: string;
  /** Who is signed in. */
  readonly person?: Pick<Person, "id">;
}

/** @returns why they must wait, on record by then, or undefined: go on */
export async function holdBack(
  runtime: HoldBackRuntime,
  action: Action,
  { headers, ipAddress }: Visitor,
  { mail, person }: Who = {},
): Promise<(Refusal & { readonly waitSeconds: number }) | undefined> {
  const mayBeKnown = mail !== undefined || nameless.includes(action);
  const browser = mayBeKnown ? await findKnownBrowser(runtime, headers, mail) : undefined;
  const waitSeconds = await runtime.limits.count(action, {
    ...{ ipAddress, browser },
    person: mail ?? person?.id,
  });
  if (waitSeconds === undefined) return undefined;
  runtime.people.refusals.record({
    ...{ action: "person.limit-reached", ipAddress, mail, limit: action },
    personId: person?.id,
    isOwn: person !== undefined,
  });
  return { problem: (mailed.includes(action) ? tellOfMail : tellWait)(waitSeconds), waitSeconds };
}

/** Others may have asked, to keep somebody from a link: what they made us send is as good. */
function tellOfMail(seconds: number): Told {
  return say(
    "Too many tries. Wait {minutes, plural, one {a minute} other {# minutes}}, then try again. If a link was mailed to this address, the newest one still works.",
    { minutes: Math.ceil(seconds / 60) },
  );
}
