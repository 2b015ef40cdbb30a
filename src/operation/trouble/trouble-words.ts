/** Explains a trouble: what it is and what the operator can do. */
import { aboutPlatform } from "../../platforms/registry.ts";
import { say, type Told } from "../../words/words.ts";
import type { Trouble } from "./troubles.ts";

export interface TroubleWords {
  /** "The clock is wrong" */
  readonly what: Told;
  /** What it means now, and what to do. */
  readonly advice: Told;
}

export function explainTrouble({ name, details }: Trouble): TroubleWords {
  switch (name) {
    case "clock":
      return details.aheadSeconds > 0
        ? {
            what: say("The clock is {duration} ahead", { duration: inWords(details.aheadSeconds) }),
            advice: say(
              "The clocks of {hosts, number} network servers agree that the database server’s clock is fast. Scheduled shares wait until they are due by the networks’ time. Turn on time synchronisation (NTP) where the database runs.",
              { hosts: details.hosts },
            ),
          }
        : {
            what: say("The clock is {duration} behind", { duration: inWords(-details.aheadSeconds) }),
            advice: say(
              "The clocks of {hosts, number} network servers agree that the database server’s clock is slow. Scheduled shares go out late by as much. Turn on time synchronisation (NTP) where the database runs.",
              { hosts: details.hosts },
            ),
          };
    case "disk":
      return explainDisk(details);
    case "networks":
      return {
        what: say("Calls to {networks} fail", {
          networks: details.platforms.map((platform) => aboutPlatform(platform).label),
        }),
        advice: say(
          "All recent calls failed. Shares are retried automatically. If several networks are affected, check this server’s internet connection, DNS and firewall. If only one is, check its status page.",
        ),
      };
    case "event-loop":
      return {
        what: say("A process was blocked for {seconds, number} s", { seconds: details.seconds }),
        advice: say(
          "It served no pages in that time. The machine may be short of processor time or memory: check what else runs on it.",
        ),
      };
    case "keys":
      return {
        what: say("Tokens cannot be decrypted"),
        advice: say(
          "None of the keys decrypts {unreadable, number} of the {tried, number} tokens tried. Add the key that encrypted them to SOCIAL_ENCRYPTION_KEY again, after the others, and restart.",
          { unreadable: details.unreadable, tried: details.tried },
        ),
      };
  }
}

type DiskDetails = Extract<Trouble, { name: "disk" }>["details"];

function explainDisk({ level, freeBytes }: DiskDetails): TroubleWords {
  switch (level) {
    case "low":
      return {
        what: say("The disk is almost full"),
        advice: say(
          "Only {megabytes, number} MB are left for the data folder. Make room: a full disk stops the database.",
          {
            megabytes: Math.floor((freeBytes ?? 0) / 1_000_000),
          },
        ),
      };
    case "full":
      return {
        what: say("The disk is full"),
        advice: say(
          "The database cannot write, so nothing new is accepted until there is room. Nothing that was accepted is lost. Make room where the database stores its data; work then continues automatically.",
        ),
      };
    case "read-only":
      return {
        what: say("Data cannot be written"),
        advice: say(
          "Nothing new is accepted until this is fixed. Check who owns the data folder and how it is mounted. Your own database server may be a standby that was not promoted.",
        ),
      };
  }
}

/** "61 minutes", "2 hours", "4 days"; at least a minute. */
function inWords(seconds: number): Told {
  const minutes = Math.round(seconds / 60);
  const hours = Math.round(minutes / 60);
  if (minutes < 120) return say("{minutes, plural, one {# minute} other {# minutes}}", { minutes });
  if (hours < 48) return say("{hours, plural, one {# hour} other {# hours}}", { hours });
  return say("{days, plural, one {# day} other {# days}}", { days: Math.round(hours / 24) });
}
