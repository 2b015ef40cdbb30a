/** When a post may be sent to a Mastodon server again (docs/networks/mastodon.md, section 4). */
import type { Account, RepeatRule } from "../../platform.ts";
import { readExtra } from "../account.ts";
import { type Software, whatIsKnownOf } from "../software.ts";

/** A margin before the server forgets the idempotency key. */
const KEY_RESERVE_SECONDS = 600;

/**
 * Without a key, a post may appear long after we gave up: our calls wait half a minute, and servers have posted after
 * that (docs/networks/mastodon.md, section 4). The last look comes after ten times as long.
 */
const LATE_LOOKS = [5, 60, 300];

/**
 * A repeat may follow at once if the key also works while the post is still being made. Otherwise the first request gets
 * time to finish.
 */
export function repeatRuleOf(account: Account): RepeatRule {
  return ruleOf(readExtra(account).software);
}

function ruleOf(software: Software | undefined): RepeatRule {
  const { keySeconds = 0, keyHoldsAtOnce } = whatIsKnownOf(software);
  return {
    lookAfterSeconds: keyHoldsAtOnce ? [0] : LATE_LOOKS,
    resendSafeSeconds: Math.max(0, keySeconds - KEY_RESERVE_SECONDS),
  };
}

export const standardRule: RepeatRule = ruleOf({ name: "mastodon", version: "4.6.0" });
