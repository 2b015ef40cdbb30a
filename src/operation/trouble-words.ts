/** A trouble in words: what it is, and what the operator can do about it. */
import { aboutPlatform } from "../platforms/registry.ts";
import { say, type Told } from "../words/words.ts";
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
              "{hosts, number} servers of networks agree on another time than the database server’s clock tells. Scheduled shares wait until they are due by the networks’ time. Switch time synchronisation (NTP) on where the database runs.",
              { hosts: details.hosts },
            ),
          }
        : {
            what: say("The clock is {duration} behind", { duration: inWords(-details.aheadSeconds) }),
            advice: say(
              "{hosts, number} servers of networks agree on another time than the database server’s clock tells. Scheduled shares go out that much too late. Switch time synchronisation (NTP) on where the database runs.",
              { hosts: details.hosts },
            ),
          };
    case "disk":
      return explainDisk(details);
    case "networks":
      return {
        what: say("Calls of {networks} fail", {
          networks: details.platforms.map((platform) => aboutPlatform(platform).label),
        }),
        advice: say(
          "Its recent calls failed one after another. Shares are tried again by themselves. If several networks are concerned, look at this server’s connection, DNS and firewall; if it is one, look at its status page.",
        ),
      };
    case "event-loop":
      return {
        what: say("A process stood still for {seconds, number} s", { seconds: details.seconds }),
        advice: say(
          "Meanwhile no page was answered. The machine may be short of processor time or memory: look at what else runs on it.",
        ),
      };
    case "keys":
      return {
        what: say("Tokens cannot be opened"),
        advice: say(
          "None of the keys opens {unreadable, number} of {tried, number} tokens that were tried. Put the key that they were made with back into SOCIAL_ENCRYPTION_KEY, behind the others, and restart.",
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
          "{megabytes, number} MB are left for the data folder. Make room: a full disk stops the database.",
          {
            megabytes: Math.floor((freeBytes ?? 0) / 1_000_000),
          },
        ),
      };
    case "full":
      return {
        what: say("The disk is full"),
        advice: say(
          "The database can write nothing more: nothing new is accepted until there is room. Nothing that was accepted is lost. Make room where the database keeps its data; it goes on by itself.",
        ),
      };
    case "read-only":
      return {
        what: say("The data cannot be written to"),
        advice: say(
          "Nothing new is accepted meanwhile. Look at who owns the data folder and how it is mounted; a database of your own may be a standby that was not promoted.",
        ),
      };
  }
}

/** "61 minutes", "2 hours", "4 days"; no less than a minute is told of. */
function inWords(seconds: number): Told {
  const minutes = Math.round(seconds / 60);
  const hours = Math.round(minutes / 60);
  if (minutes < 120) return say("{minutes, plural, one {# minute} other {# minutes}}", { minutes });
  if (hours < 48) return say("{hours, plural, one {# hour} other {# hours}}", { hours });
  return say("{days, plural, one {# day} other {# days}}", { days: Math.round(hours / 24) });
}
