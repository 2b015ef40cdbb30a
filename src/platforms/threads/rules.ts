/** What Threads' error codes mean (docs/networks/threads.md, section 4). */
import { say, type Told } from "../../words/words.ts";
import type { PlatformErrorKind } from "../platform.ts";

export interface Rule {
  readonly kind: PlatformErrorKind;
  readonly code: string;
  readonly message: Told;
}

export const NOT_THERE_YET: Rule = {
  kind: "transient",
  code: "container-not-found",
  message: say("Threads cannot find the prepared post yet."),
};
export const NOT_FETCHED: Rule = {
  kind: "transient",
  code: "picture-not-fetched",
  message: say("Threads could not fetch the picture from this service."),
};
export const BLOCKED: Rule = {
  kind: "rate-limited",
  code: "action-blocked",
  message: say("Threads has restricted this account for now. We will try again in an hour."),
};
const RESTRICTED: Rule = {
  kind: "rejected",
  code: "account-restricted",
  message: say(
    "Threads has restricted this account. Open the Threads app, follow the instructions there, then share again.",
  ),
};
export const DAY_FULL: Rule = {
  kind: "rate-limited",
  code: "quota-used-up",
  message: say("This account has reached Threads’ limit of posts in 24 hours."),
};

export const BY_SUBCODE: Readonly<Record<number, Rule>> = {
  2207042: DAY_FULL,
  2207051: BLOCKED,
  2207052: NOT_FETCHED,
  4279009: NOT_THERE_YET,
  4279013: RESTRICTED,
};

/** For answers without a known subcode. */
export const BY_CODE: Readonly<Record<number, Rule>> = { 9: DAY_FULL, 24: NOT_THERE_YET };

/** By the name in the message, since their codes are not documented. */
export const BY_NAME: Readonly<Record<string, Rule>> = {
  LINK_LIMIT_EXCEEDED: {
    kind: "rejected",
    code: "too-many-links",
    message: say("Threads allows at most five different links in a post, including the shared page."),
  },
  FEATURE_NOT_AVAILABLE: {
    kind: "rejected",
    code: "feature-not-available",
    message: say("Threads does not offer this feature to this account."),
  },
};
