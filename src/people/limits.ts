/** How often login may be tried, by network address and by mail address; in memory, of bounded size. */
import ipaddr from "ipaddr.js";
import { say, type Told } from "../words/words.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How many tries in how many seconds. One mail address is tried from many places, one network address tries many. */
const rules = {
  "sign-in": { perMail: 20, perAddress: 60, seconds: 15 * MINUTE },
  "sign-up": { perMail: 10, perAddress: 60, seconds: HOUR },
  "sign-in-link": { perMail: 5, perAddress: 20, seconds: 15 * MINUTE },
  "password-reset": { perMail: 5, perAddress: 20, seconds: 15 * MINUTE },
  "password-change": { perMail: 10, perAddress: 60, seconds: 15 * MINUTE },
  code: { perMail: 20, perAddress: 60, seconds: 15 * MINUTE },
  passkey: { perMail: 20, perAddress: 120, seconds: 15 * MINUTE },
  openid: { perMail: 20, perAddress: 120, seconds: 15 * MINUTE },
  "mail-change": { perMail: 5, perAddress: 20, seconds: 15 * MINUTE },
  "link-use": { perMail: 20, perAddress: 60, seconds: 15 * MINUTE },
} as const;

/** Beyond this many counters the oldest are forgotten. */
const MOST_COUNTERS = 20_000;

export interface Limits {
  /** Counts one try. @returns the sentence for a person who has to wait, or undefined */
  count(action: keyof typeof rules, from: { mail?: string; ipAddress: string | undefined }): Told | undefined;
}

export function createLimits(now: () => Date): Limits {
  const counters = new Map<string, { tries: number; endsAt: number }>();

  function take(key: string, most: number, seconds: number): number {
    const time = now().getTime();
    const running = counters.get(key);
    if (running !== undefined && running.endsAt > time) {
      running.tries += 1;
      return running.tries > most ? running.endsAt - time : 0;
    }
    counters.delete(key);
    for (const oldest of counters.keys()) {
      if (counters.size < MOST_COUNTERS) break;
      counters.delete(oldest);
    }
    counters.set(key, { tries: 1, endsAt: time + seconds * 1000 });
    return 0;
  }

  return {
    count(action, { mail, ipAddress }) {
      const { perMail, perAddress, seconds } = rules[action];
      const waits = [
        mail === undefined ? 0 : take(`${action} mail ${mail}`, perMail, seconds),
        ipAddress === undefined ? 0 : take(`${action} from ${networkOf(ipAddress)}`, perAddress, seconds),
      ];
      const minutes = Math.ceil(Math.max(...waits) / 60_000);
      if (minutes === 0) return undefined;
      return say(
        "Too many tries. Wait {minutes, plural, one {a minute} other {# minutes}}, then try again.",
        {
          minutes,
        },
      );
    },
  };
}

/** A household is given a whole IPv6 /64, so that single addresses in it say nothing. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === "ipv6"
    ? `${parsed.toNormalizedString().split(":").slice(0, 4).join(":")}::/64`
    : parsed.toString();
}
