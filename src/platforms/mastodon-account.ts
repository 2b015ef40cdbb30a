/** What we know of a Mastodon account and of the server that it lives on. */
import { z } from "zod";
import { showHost } from "./mastodon-address.ts";
import { accountBarred, incompatible, isPage, toError } from "./mastodon-errors.ts";
import { askCredentials, type Grant } from "./mastodon-refusal.ts";
import { type Instance, readInstance, readSoftware, usualInstance } from "./mastodon-server.ts";
import { type Account, PlatformError, type PlatformWorld, type ShareResult } from "./platform.ts";
import { isSameHandle, parsePostLink } from "./post-link.ts";

const extraShape = z.object({
  /** Of the API. */
  origin: z.string(),
  /** Unique on this server alone, and opaque. */
  accountId: z.string(),
  /** The host in this server's handles. */
  accountDomain: z.string(),
  /** Unique everywhere; absent where the server does not tell. */
  actor: z.string().optional(),
  maxCharacters: z.number(),
  charactersPerUrl: z.number(),
  unit: z.enum(["graphemes", "runes"]),
  /** The person's own default, which their posts keep; absent where the server does not tell. */
  visibility: z.string().optional(),
  /** What the person writes in by default, ISO 639-1. */
  language: z.string().optional(),
});
export type MastodonExtra = z.infer<typeof extraShape>;

export function readExtra(account: Account): MastodonExtra {
  return extraShape.parse(account.extra);
}

const credentialsShape = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  display_name: z.string().optional().catch(undefined),
  avatar: z.url().optional().catch(undefined),
  uri: z.url().optional().catch(undefined),
  source: z
    .object({
      privacy: z.string().min(1).optional().catch(undefined),
      language: z.string().min(1).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/**
 * The account as it is now, with its server's limits.
 * @param before kept for what the server does not tell just now
 * @throws {PlatformError}
 */
export async function readAccount(world: PlatformWorld, grant: Grant, before?: Account): Promise<Account> {
  const answer = await askCredentials(world, grant);
  // A firewall's page says nothing of the account.
  if (answer.status === 403 && !isPage(answer)) throw accountBarred(answer);
  const credentials = credentialsShape.safeParse(answer.body).data;
  if (answer.status !== 200 || credentials === undefined)
    throw answer.status === 200 ? incompatible(200) : toError(answer, world.now());
  const { origin } = grant;
  const known = before && readExtra(before);
  const [instance, software] = await Promise.all([
    unlessInTrouble(readInstance(world, origin)),
    unlessInTrouble(readSoftware(world, origin)),
  ]);
  const limits: Omit<Instance, "origin"> = instance ?? known ?? usualInstance(origin);
  const { privacy, language } = credentials.source ?? {};
  return {
    id: `${credentials.id}@${new URL(origin).host}`,
    username: `${credentials.username}@${showHost(limits.accountDomain)}`,
    displayName: credentials.display_name?.trim() || credentials.username,
    ...(credentials.avatar === undefined ? {} : { avatarUrl: credentials.avatar }),
    extra: {
      origin,
      accountId: credentials.id,
      accountDomain: limits.accountDomain,
      ...(credentials.uri === undefined ? {} : { actor: credentials.uri }),
      maxCharacters: limits.maxCharacters,
      charactersPerUrl: limits.charactersPerUrl,
      unit: unitOf(software) ?? known?.unit ?? "graphemes",
      ...(privacy === undefined ? {} : { visibility: privacy }),
      ...(language === undefined ? {} : { language }),
    },
  };
}

/** Limits are worth asking for again, but not worth failing for. */
async function unlessInTrouble<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch((error: unknown) => {
    if (error instanceof PlatformError) return undefined;
    throw error;
  });
}

/** Counting in runes is GoToSocial's alone, and nothing but its name tells (docs/platforms/mastodon.md, section 4). */
function unitOf(software: string | undefined): MastodonExtra["unit"] | undefined {
  if (software === undefined) return undefined;
  return software === "gotosocial" ? "runes" : "graphemes";
}

/** Of a post that a person copied the link of, on their own server: there the number in the link is the post's id. */
export function readMastodonLink(account: Account, link: string): ShareResult | undefined {
  const { origin } = readExtra(account);
  const [name = "", domain] = account.username.split("@");
  const url = parsePostLink(link, domain === undefined ? [origin] : [origin, `https://${domain}`]);
  const [, owner, id] =
    /^\/@([^/@]+)\/(?:statuses\/)?([\w-]+)\/?$/.exec(url?.pathname ?? "") ??
    /^\/users\/([^/]+)\/statuses\/([\w-]+)\/?$/.exec(url?.pathname ?? "") ??
    /^\/()notice\/([\w-]+)\/?$/.exec(url?.pathname ?? "") ??
    [];
  if (url === undefined || id === undefined || !isSameHandle(owner || undefined, name)) return undefined;
  url.search = "";
  return { url: url.href, platformPostId: id };
}
