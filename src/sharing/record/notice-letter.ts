/** Writes the letter that tells a person about the results of their shares and about accounts to reconnect. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import type { PlatformName, WebAddress } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { chooseLanguage } from "../../words/languages.ts";
import { part, say, type Told, type Words, wordsOf } from "../../words/words.ts";
import { POSTED_TWICE, type ShareStatus } from "../share.ts";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

interface ToldShare {
  readonly requestId: string;
  readonly outcome: ToldOutcome;
  readonly needsLook: boolean;
  readonly title: string;
  readonly account: string;
  readonly platform: PlatformName;
  readonly problem: Told | undefined;
  readonly postUrl: WebAddress | undefined;
}

export interface News {
  readonly shares: readonly ToldShare[];
  /** How many more shares there are than the letter lists. */
  readonly more: number;
  /** The accounts to reconnect, now or soon. */
  readonly connections: readonly Connection[];
  /** How many more accounts to reconnect there are than the letter lists. */
  readonly moreConnections: number;
}

/** The outcome of a share, or of the deletion of its post. */
export type ToldOutcome = ShareStatus | "not-deleted" | "perhaps-deleted";

/** Returns the outcome to tell: that of the deletion if it failed, otherwise that of the share. */
export function outcomeOf(
  status: ShareStatus,
  deletion: "deleting" | "failed" | "unclear" | undefined,
): ToldOutcome {
  if (deletion === "failed") return "not-deleted";
  return deletion === "unclear" ? "perhaps-deleted" : status;
}

/** Whether the outcome is that of a deletion. */
export function isAboutDeletion(outcome: ToldOutcome): boolean {
  return outcome === "not-deleted" || outcome === "perhaps-deleted";
}

const TROUBLE: readonly ToldOutcome[] = ["rejected", "reconnect", "failed", "unconfirmed"];

/** Whether the person may want to do something about the outcome. */
export function aboutTrouble(outcome: ToldOutcome): boolean {
  return TROUBLE.includes(outcome) || isAboutDeletion(outcome);
}

/** The same, or the share was posted twice. */
export function needsLook(outcome: ToldOutcome, errorCode: string | null): boolean {
  return aboutTrouble(outcome) || errorCode === POSTED_TWICE;
}

interface LetterRuntime {
  readonly config: { readonly appName: string; readonly baseUrl: URL };
  readonly platforms: PlatformRegistry;
}

/** Writes the letter in the person's language. @returns undefined if there is nothing left to tell */
export function writeNotice(
  runtime: LetterRuntime,
  person: { readonly email: string; readonly language: string | undefined },
  news: News,
): Letter | undefined {
  const { shares, more, connections, moreConnections } = news;
  if (shares.length === 0 && connections.length === 0) return undefined;
  const { appName, baseUrl } = runtime.config;
  const link = (path: string) => new URL(path, baseUrl).href;
  const inWords = wordsOf(chooseLanguage(person.language, undefined).language);
  const { t } = inWords;
  const labelOf = (name: PlatformName) => labels(runtime).get(name) ?? name;
  const parts = [
    ...connections.map((connection) => {
      const values = {
        account: handleOf(connection.account),
        network: labelOf(connection.platform),
        day: connection.endsAt?.toISOString().slice(0, 10) ?? "",
        problem: connection.problem === undefined ? "" : part(connection.problem),
      };
      const why =
        connection.status === "active"
          ? t("You can share to {account} on {network} only until {day}. Reconnect it before then.", values)
          : t("{account} on {network} needs reconnecting. {problem} Shares to it wait until you do.", values);
      return `${why.replaceAll("  ", " ")}\n${link("social/")}`;
    }),
    ...(moreConnections === 0
      ? []
      : [t("And {more} more: {link}", { more: moreConnections, link: link("social/") })]),
    ...shares.map(({ title, account, platform, outcome, problem, postUrl, requestId }) => {
      const head = t("“{title}” to {account} on {network}: {outcome}.", {
        title,
        account,
        network: labelOf(platform),
        outcome: part(words[outcome]),
      });
      return [head, problem && t(problem), postUrl ?? link(`social/share/${requestId}/`)]
        .filter(Boolean)
        .join("\n");
    }),
    ...(more === 0 ? [] : [t("And {more} more: {link}", { more, link: link("social/history/") })]),
    t("Choose what {name} emails you about: {link}", { name: appName, link: link("account/") }),
  ];
  return {
    to: person.email,
    subject: `${appName}: ${subjectOf(inWords, news)}`,
    text: parts.join("\n\n"),
  };
}

const words: Readonly<Record<ToldOutcome, Told>> = {
  scheduled: say("scheduled"),
  queued: say("waiting"),
  sending: say("on its way"),
  posted: say("posted"),
  duplicate: say("it was already there"),
  rejected: say("the network refused it"),
  reconnect: say("it waits until you reconnect the account"),
  failed: say("it was not posted"),
  unconfirmed: say("we cannot tell whether it was posted"),
  cancelled: say("cancelled"),
  "not-deleted": say("its post was not deleted"),
  "perhaps-deleted": say("we cannot tell whether its post was deleted"),
};

function subjectOf({ t }: Words, { shares, more, connections, moreConnections }: News): string {
  const troubled = shares.filter((share) => share.needsLook).length;
  const posted = shares.length - troubled;
  const parts = [
    [
      connections.length + moreConnections,
      say("{number, plural, one {# account needs} other {# accounts need}} reconnecting"),
    ],
    [
      troubled === 0 ? 0 : troubled + more,
      say("{number, plural, one {# share needs your attention} other {# shares need your attention}}"),
    ],
    [posted, say("{number, plural, one {# share posted} other {# shares posted}}")],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, text]) => t(text, { number }))
    .join(", ");
}

function labels({ platforms }: LetterRuntime): ReadonlyMap<PlatformName, string> {
  return new Map(platforms.availablePlatforms().map(({ name, about }) => [name, about.label]));
}
