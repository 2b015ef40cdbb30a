/** Where a person is sent to consent, and the address of ours that they come back by: one for each server that can ask them. */
import { createHash } from "node:crypto";
import type { Authorization, AuthorizeRequest, PlatformName } from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";

interface AuthorizeRuntime {
  readonly platforms: PlatformRegistry;
  readonly config: { readonly baseUrl: URL };
}

interface Wanted extends Omit<AuthorizeRequest, "redirectUri" | "issuer"> {
  readonly platform: PlatformName;
  /** What the person typed when asked for `about.server`. */
  readonly server?: string;
}

/** @throws {PlatformError} */
export async function authorize(
  runtime: AuthorizeRuntime,
  { platform: name, server, ...request }: Wanted,
): Promise<Authorization & { readonly issuer: string | undefined }> {
  const platform = runtime.platforms.getPlatform(name);
  const issuer = await platform.findIssuer(server ?? "");
  const redirectUri = callbackAddress(runtime, name, issuer);
  const authorization = await platform.getAuthorizeUrl({
    ...{ ...request, redirectUri },
    ...(issuer === undefined ? {} : { issuer }),
  });
  return { ...authorization, issuer };
}

/**
 * The redirect address that is registered at the network. Where a network has many servers, each has its own: an answer
 * that comes by another server's address is not taken for its answer (RFC 9700, section 4.4.2.2).
 */
export function callbackAddress(
  { config }: Pick<AuthorizeRuntime, "config">,
  platform: PlatformName,
  issuer: string | undefined,
): string {
  const own = issuer === undefined ? "" : `${keyOf(issuer)}/`;
  return new URL(`social/callback/${platform}/${own}`, config.baseUrl).href;
}

/** What stands for a server in its redirect address: 128 bits of SHA-256 of its origin, so that no two can share one. */
function keyOf(issuer: string): string {
  return createHash("sha256").update(issuer).digest("hex").slice(0, 32);
}

/** Where the answer came from, as the browser brought it. */
export interface CameBy {
  /** The part of the redirect address that stands for a server. */
  readonly issuerKey?: string | undefined;
  /** The answer's `iss` (RFC 9207). */
  readonly iss?: string | undefined;
}

/** Whether an answer is that of the server to which the person was sent. */
export function isFrom(issuer: string | null, { issuerKey, iss }: CameBy): boolean {
  if (issuer === null) return issuerKey === undefined;
  return issuerKey === keyOf(issuer) && (iss === undefined || isSameIssuer(iss, issuer));
}

/** Servers write their issuer with a slash at the end or without. */
function isSameIssuer(iss: string, issuer: string): boolean {
  return iss.replace(/\/$/, "") === issuer;
}
