/** Reads a Mastodon account and the limits of its server. */
import { z } from "zod";
import { OPTIONAL_MS } from "../call/request.ts";
import { type Account, PlatformError, type PlatformWorld } from "../platform.ts";
import { webAddress } from "../posts/web-address.ts";
import { showHost } from "./address.ts";
import {
  accountBarred,
  incompatible,
  isPage,
  isUnreadable,
  serverTrouble,
  toError,
  tokenRefused,
} from "./errors.ts";
import { findHandleDomain } from "./handle.ts";
import { askCredentials, type Grant, judgeByReason, saysTokenIsDead } from "./refusal.ts";
import { type Instance, readInstance, usualLimits } from "./server.ts";
import { findSoftwareIfItTells, hasReached, type Software, softwareShape, unmask } from "./software.ts";

const extraShape = z.object({
  /** The API's origin. */
  origin: z.string(),
  /** Unique only on this server, and opaque. */
  accountId: z.string(),
  /** The id of our app there, which alone may renew and revoke the tokens. If absent, the app for new connections. */
  clientId: z.string().optional(),
  /** The other domain in this account's handle, which that domain confirms. If absent, the server's own host. */
  handleDomain: z.string().optional(),
  /** Unique everywhere. Absent if the server does not provide it. */
  actor: z.string().optional(),
  maxCharacters: z.number(),
  charactersPerUrl: z.number(),
  /**
   * How the server counts: by Mastodon's rule, with today's graphemes or those before 4.6; or everything in full, in
   * graphemes, in code points or in UTF-16 units.
   */
  unit: z.enum(["graphemes", "older-graphemes", "full-graphemes", "runes", "units"]),
  /** The person's own default visibility, which their posts use. Absent if the server does not provide it. */
  visibility: z.string().optional(),
  /** The server's software. Absent if it does not say. */
  software: softwareShape.optional().catch(undefined),
  /** The person's default language for posts, ISO 639-1. */
  language: z.string().optional(),
  /** Who may quote the person's posts by default. Absent if the server has no such policies. */
  quotePolicy: z.string().optional(),
});
export type MastodonExtra = z.infer<typeof extraShape>;

export function readExtra(account: Account): MastodonExtra {
  return extraShape.parse(account.extra);
}

/** The app by which an account is connected. Nothing else is known before the account is read. */
export function readApp({ extra }: Pick<Account, "extra">): Pick<MastodonExtra, "origin" | "clientId"> {
  return extraShape.pick({ origin: true, clientId: true }).parse(extra);
}

/** No server allows a longer name. */
const LONGEST_NAME = 500;

const credentialsShape = z.object({
  // Servers use short ids for their accounts; longer ones fit no index.
  id: z.union([z.string(), z.int().transform(String)]).pipe(z.string().min(1).max(200)),
  username: z.string().min(1).max(LONGEST_NAME),
  display_name: z.string().max(LONGEST_NAME).optional().catch(undefined),
  avatar: webAddress.optional().catch(undefined),
  uri: webAddress.optional().catch(undefined),
  source: z
    .object({
      privacy: z.string().min(1).optional().catch(undefined),
      language: z.string().min(1).optional().catch(undefined),
      quote_policy: z.string().min(1).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/**
 * Reads the account as it is now, with its server's limits.
 * @param before supplies what the server does not tell now
 * @throws {PlatformError}
 */
export async function readAccount(
  world: PlatformWorld,
  grant: Grant & { readonly clientId: string | undefined },
  before?: Account,
): Promise<Account> {
  const answer = await askCredentials(world, grant);
  if (saysTokenIsDead(answer)) throw tokenRefused(answer.status);
  // A firewall’s page says nothing about the account.
  if (answer.status === 403 && !isPage(answer))
    throw judgeByReason(answer, "read:accounts") ?? accountBarred(answer);
  const credentials = credentialsShape.safeParse(answer.body).data;
  if (isUnreadable(answer)) throw serverTrouble(answer, world.now());
  if (answer.status !== 200 || credentials === undefined)
    throw answer.status === 200 ? incompatible(200) : toError(answer, world.now());
  const { origin, clientId } = grant;
  const { host } = new URL(origin);
  const { uri: actor } = credentials;
  const username = toName(credentials.username);
  const known = before && readExtra(before);
  const [instance, told] = await Promise.all([
    unlessInTrouble(readInstance(world, origin, OPTIONAL_MS)),
    findSoftwareIfItTells(world, origin),
  ]);
  const software = unmask(told ?? known?.software, instance?.version);
  const handleDomain = await findHandleDomain(world, {
    ...{ origin, username, actor, claimed: instance?.accountDomain },
    confirmed: before?.username.startsWith(`${username}@`) ? known?.handleDomain : undefined,
  });
  const limits: Pick<Instance, "maxCharacters" | "charactersPerUrl"> = instance ?? known ?? usualLimits;
  const { privacy, language, quote_policy: quotePolicy } = credentials.source ?? {};
  return {
    id: `${credentials.id}@${host}`,
    username: `${username}@${showHost(handleDomain ?? host)}`,
    displayName: credentials.display_name?.trim() || username,
    ...(credentials.avatar === undefined ? {} : { avatarUrl: credentials.avatar }),
    extra: {
      origin,
      accountId: credentials.id,
      ...(clientId === undefined ? {} : { clientId }),
      ...(handleDomain === undefined ? {} : { handleDomain }),
      ...(actor === undefined ? {} : { actor }),
      maxCharacters: limits.maxCharacters,
      charactersPerUrl: limits.charactersPerUrl,
      unit: unitOf(software) ?? known?.unit ?? "graphemes",
      ...(software === undefined ? {} : { software }),
      ...(privacy === undefined ? {} : { visibility: privacy }),
      ...(language === undefined ? {} : { language }),
      ...(quotePolicy === undefined ? {} : { quotePolicy }),
    },
  };
}

/**
 * Returns the default visibility of the person's posts as it is now, or undefined if the server does not provide it.
 * @throws {PlatformError}
 */
export async function readVisibility(world: PlatformWorld, grant: Grant): Promise<string | undefined> {
  return credentialsShape.safeParse((await askCredentials(world, grant)).body).data?.source?.privacy;
}

const LONGEST_IN_HANDLE = 64;

/** The part of a handle before its host. The host must remain its end, whatever the server says. */
function toName(username: string): string {
  return username.replace(/[\p{C}\p{Z}@/\\:]+/gu, "_").slice(0, LONGEST_IN_HANDLE);
}

/** Returns undefined on an error: missing limits should not make the connection fail. */
async function unlessInTrouble<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch((error: unknown) => {
    if (error instanceof PlatformError) return undefined;
    throw error;
  });
}

/** Only a server's software shows how it counts (docs/networks/mastodon.md, section 4). */
const COUNT_IN_FULL: Readonly<Record<string, MastodonExtra["unit"]>> = {
  ...{ akkoma: "full-graphemes", pleroma: "full-graphemes", gotosocial: "runes" },
  ...{ takahe: "runes", pixelfed: "runes", "iceshrimp.net": "units" },
  ...{ misskey: "runes", sharkey: "runes", firefish: "runes", iceshrimp: "runes" },
};

function unitOf(software: Software | undefined): MastodonExtra["unit"] | undefined {
  if (software === undefined) return undefined;
  const { name, version } = software;
  const isOlder = name === "mastodon" && !hasReached(version, "4.6.0");
  return COUNT_IN_FULL[name] ?? (isOlder ? "older-graphemes" : "graphemes");
}
