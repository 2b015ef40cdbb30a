/** Applies the rate limits of signing in. */
import { tellWait } from "../../limits/limits.ts";
import type { Action } from "../../limits/rules.ts";
import { say, type Told } from "../../words/words.ts";
import type { PeopleRuntime, Person, Refusal, Visitor } from "../people.ts";
import { findKnownBrowser } from "./known-browsers.ts";

/** Actions that name nobody, so that any known browser has a counter of its own. */
const nameless: readonly Action[] = ["code", "passkey", "openid", "link-use"];
const mailed: readonly Action[] = ["sign-in-link", "password-reset"];

type HoldBackRuntime = Pick<PeopleRuntime, "limits" | "people" | "database" | "config" | "now">;

interface Who {
  /** The address that somebody typed who is not signed in. */
  readonly mail?: string;
  /** The person who is signed in. */
  readonly person?: Pick<Person, "id">;
}

/** Counts an attempt. @returns why the person must wait, after recording it; undefined if they may go on */
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

/**
 * Strangers may have used up the limit to keep somebody from getting a link: the last one that they caused
 * works as well.
 */
function tellOfMail(seconds: number): Told {
  return say(
    "Too many attempts. Wait {minutes, plural, one {a minute} other {# minutes}}, then try again. If a link was emailed to this address, the newest one still works.",
    { minutes: Math.ceil(seconds / 60) },
  );
}
