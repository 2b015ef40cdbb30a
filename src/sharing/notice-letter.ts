/** The letter that tells a person what became of their shares and accounts. */
import { type Connection, handleOf } from "../connections/connection.ts";
import type { PlatformName } from "../platforms/platform.ts";
import type { PlatformRegistry } from "../platforms/registry.ts";
import type { ShareStatus } from "./share.ts";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

interface ToldShare {
  readonly requestId: string;
  readonly status: ShareStatus;
  readonly title: string;
  readonly account: string;
  readonly platform: PlatformName;
  readonly problem: string | undefined;
  readonly postUrl: string | undefined;
}

export interface News {
  readonly shares: readonly ToldShare[];
  /** Shares that the letter has no room for. */
  readonly more: number;
  /** That must be reconnected, now or soon. */
  readonly connections: readonly Connection[];
}

/** The person may want to do something about it. */
export function aboutTrouble(status: ShareStatus): boolean {
  return status === "rejected" || status === "reconnect" || status === "failed" || status === "unconfirmed";
}

interface LetterRuntime {
  readonly config: { readonly appName: string; readonly baseUrl: URL };
  readonly platforms: PlatformRegistry;
}

/** @returns undefined where there is nothing to tell any more */
export function writeNotice(
  runtime: LetterRuntime,
  person: { readonly email: string },
  { shares, more, connections }: News,
): Letter | undefined {
  if (shares.length === 0 && connections.length === 0) return undefined;
  const { appName, baseUrl } = runtime.config;
  const link = (path: string) => new URL(path, baseUrl).href;
  const labelOf = (name: PlatformName) => labels(runtime).get(name) ?? name;
  const parts = [
    ...connections.map((connection) => {
      const whose = `${handleOf(connection.account)} on ${labelOf(connection.platform)}`;
      const why =
        connection.status === "active"
          ? `${whose} can be shared to only until ${connection.endsAt?.toISOString().slice(0, 10)}. Reconnect it before.`
          : `${whose} needs reconnecting. ${connection.problem ?? ""} What you share to it waits.`;
      return `${why.replaceAll("  ", " ")}\n${link("social/")}`;
    }),
    ...shares.map(({ title, account, platform, status, problem, postUrl, requestId }) => {
      const head = `“${title}” to ${account} on ${labelOf(platform)}: ${words[status]}.`;
      return [head, problem, postUrl ?? link(`social/share/${requestId}/`)].filter(Boolean).join("\n");
    }),
    ...(more === 0 ? [] : [`And ${more} more: ${link("social/history/")}`]),
    `Choose what ${appName} mails you about: ${link("account/")}`,
  ];
  return {
    to: person.email,
    subject: `${appName}: ${subjectOf(shares, more, connections)}`,
    text: parts.join("\n\n"),
  };
}

const words: Readonly<Record<ShareStatus, string>> = {
  scheduled: "scheduled",
  queued: "waiting",
  sending: "on its way",
  posted: "posted",
  duplicate: "it was there already",
  rejected: "the network refused it",
  reconnect: "it waits until you reconnect the account",
  failed: "it was not posted",
  unconfirmed: "nobody can tell whether it was posted",
  cancelled: "cancelled",
};

function subjectOf(shares: readonly ToldShare[], more: number, connections: readonly Connection[]): string {
  const troubled = shares.filter(({ status }) => aboutTrouble(status)).length;
  const posted = shares.length - troubled;
  const parts = [
    count(connections.length, "account needs reconnecting", "accounts need reconnecting"),
    count(troubled === 0 ? 0 : troubled + more, "share needs a look", "shares need a look"),
    count(posted, "share posted", "shares posted"),
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function count(number: number, one: string, many: string): string | undefined {
  return number === 0 ? undefined : `${number} ${number === 1 ? one : many}`;
}

function labels({ platforms }: LetterRuntime): ReadonlyMap<PlatformName, string> {
  return new Map(platforms.availablePlatforms().map(({ name, about }) => [name, about.label]));
}
