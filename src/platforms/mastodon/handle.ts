/**
 * Decides which domain a handle may show: the server's own, or another one that confirms it (docs/networks/mastodon.md,
 * section 1).
 */
import { isIP } from "node:net";
import { OPTIONAL_MS } from "../call/request.ts";
import { PlatformError, type PlatformWorld } from "../platform.ts";
import { originOf } from "./address.ts";
import { askWebfinger, type Pointer } from "./webfinger.ts";

interface Claim {
  /** The API's origin. */
  readonly origin: string;
  readonly username: string;
  /** The account's address as its server gives it, if it does. */
  readonly actor: string | undefined;
  /** The domain that the server calls its own. Undefined if it could not say so now. */
  readonly claimed: string | undefined;
  /** The domain that confirmed this handle the last time. */
  readonly confirmed: string | undefined;
}

/**
 * Returns a domain other than the server's own if it points back to this very account. While that domain cannot be
 * reached, its last answer holds. If undefined, the handle shows the server's own host.
 */
export async function findHandleDomain(world: PlatformWorld, claim: Claim): Promise<string | undefined> {
  if (claim.claimed === undefined) return claim.confirmed;
  const domain = readDomain(claim.claimed);
  if (domain === undefined || domain.host === new URL(claim.origin).host) return undefined;
  try {
    const request = { origin: originOf(domain), user: claim.username, timeoutMs: OPTIONAL_MS };
    return pointsBack(await askWebfinger(world, request), claim, domain.host) ? domain.host : undefined;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return error.kind !== "rejected" && claim.confirmed === domain.host ? domain.host : undefined;
  }
}

/** The link must lead to this server, to the account's own address if that is known, and its subject must be this name. */
function pointsBack(pointer: Pointer | undefined, claim: Claim, host: string): boolean {
  if (pointer === undefined || originOf(new URL(pointer.actor)) !== claim.origin) return false;
  if (claim.actor !== undefined && claim.actor !== pointer.actor) return false;
  const { subject = `acct:${claim.username}@${host}` } = pointer;
  return subject.toLowerCase() === `acct:${claim.username}@${host}`.toLowerCase();
}

/** Accepts only a host, with or without a port: servers may send anything as their name. */
function readDomain(claimed: string): URL | undefined {
  const url = URL.parse(`https://${claimed}`);
  if (url === null || url.href !== `https://${url.host}/` || isIP(url.hostname) !== 0) return undefined;
  return url.hostname.includes(".") ? url : undefined;
}
