/** What Instagram's error codes mean (docs/networks/instagram.md, errors). */
import { say, type Told } from "../../words/words.ts";
import type { PlatformErrorKind } from "../platform.ts";
import { MOST_UNFETCHED } from "../posts/pictures.ts";

/** How often a failure may repeat, and what follows then. */
export interface Most {
  readonly times: number;
  readonly afterwards: "another-container" | "final";
}

export interface Rule {
  readonly kind: PlatformErrorKind;
  readonly code: string;
  /** By default, Instagram's own message. */
  readonly message?: Told;
  /** The container can no longer be used. */
  readonly spent?: true;
  readonly most?: Most;
  /** If the call publishes, it may have succeeded all the same. */
  readonly doubtful?: true;
}

export const THRICE = { times: 3, afterwards: "final" } as const;
const BUSY: Rule = { kind: "transient", code: "server-trouble", doubtful: true };
export const ANOTHER: Rule = { kind: "transient", code: "container-failed", spent: true, most: THRICE };
const REFUSED: Rule = { kind: "rejected", code: "refused" };
const PICTURE_REFUSED: Rule = { kind: "rejected", code: "picture-refused" };
const TOO_LONG: Rule = { kind: "rejected", code: "text-too-long" };
export const NOT_FETCHED: Rule = {
  kind: "transient",
  code: "picture-not-fetched",
  most: { times: MOST_UNFETCHED, afterwards: "final" },
};
export const NOT_READY = {
  kind: "transient",
  code: "container-not-ready",
  message: say("Instagram is still preparing the picture."),
} as const satisfies Rule;
const RESTRICTED: Rule = {
  kind: "rejected",
  code: "account-restricted",
  message: say(
    "Instagram has restricted this account: sign in to the Instagram app, follow the instructions there, then share again.",
  ),
};
const DAY_FULL: Rule = { kind: "rate-limited", code: "quota-used-up" };
const BLOCKED: Rule = { kind: "rate-limited", code: "action-blocked", doubtful: true };

export const BY_SUBCODE: Readonly<Record<number, Rule>> = {
  2207001: BUSY,
  2207003: { kind: "transient", code: "picture-slow" },
  2207004: PICTURE_REFUSED,
  2207005: PICTURE_REFUSED,
  2207006: { ...ANOTHER, code: "container-not-found" },
  2207008: { kind: "transient", code: "container-gone", most: { times: 3, afterwards: "another-container" } },
  2207009: PICTURE_REFUSED,
  2207010: TOO_LONG,
  2207020: ANOTHER,
  2207023: REFUSED,
  2207026: PICTURE_REFUSED,
  2207027: NOT_READY,
  2207028: REFUSED,
  2207032: ANOTHER,
  2207035: REFUSED,
  2207036: REFUSED,
  2207037: REFUSED,
  2207040: REFUSED,
  2207042: DAY_FULL,
  2207050: RESTRICTED,
  2207051: BLOCKED,
  2207052: NOT_FETCHED,
  2207053: ANOTHER,
  2207057: REFUSED,
};

/** For answers without a known subcode. */
export const BY_CODE: Readonly<Record<number, Rule>> = {
  [-2]: ANOTHER,
  [-1]: BUSY,
  9: DAY_FULL,
  24: { ...ANOTHER, code: "container-not-found" },
  25: RESTRICTED,
  352: PICTURE_REFUSED,
  9004: NOT_FETCHED,
  9007: NOT_READY,
  36000: PICTURE_REFUSED,
  36001: PICTURE_REFUSED,
  36003: PICTURE_REFUSED,
  36004: TOO_LONG,
};
