/** Builds the authorization URL at a network and the redirect address of ours, which differs for each server. */
import { createHash } from "node:crypto";
import type {
  Authorization,
  AuthorizeRequest,
  PlatformName,
  SocialPlatform,
} from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";

interface AuthorizeRuntime {
  readonly platforms: PlatformRegistry;
  readonly config: { readonly baseUrl: URL };
}

interface Wanted extends Omit<AuthorizeRequest, "redirectUri" | "issuer" | "typed"> {
  readonly platform: PlatformName;
  /** What the person typed as the server, where `about.server` asks for one. */
  readonly server?: string;
}

/**
 * Where to send the person, and the issuer whose answer is expected.
 * @throws {PlatformError} when the server is unknown, unreachable or refuses to register our app
 */
export async function authorize(
  runtime: AuthorizeRuntime,
  { platform: name, server, ...request }: Wanted,
): Promise<Authorization & { readonly issuer: string | undefined }> {
  const platform = runtime.platforms.getPlatform(name);
  const issuer = await platform.findIssuer(server ?? "");
  const redirectUri = redirectAddress(runtime, platform, issuer);
  const authorization = await platform.getAuthorizeUrl({
    ...{ ...request, redirectUri },
    ...(issuer === undefined ? {} : { issuer }),
    ...(server === undefined ? {} : { typed: server }),
  });
  return { ...authorization, issuer };
}

/** The redirect address of a flow with this issuer. */
export function redirectAddress(
  runtime: Pick<AuthorizeRuntime, "config">,
  { name, about }: Pick<SocialPlatform, "name" | "about">,
  issuer: string | undefined,
): string {
  return callbackAddress(runtime, name, about.namesIssuer ? undefined : issuer);
}

/**
 * The redirect address that is registered at the network. Where a network has many servers, each has its own,
 * so that one server's answer is never taken for another's (RFC 9700, section 4.4.2.2).
 */
export function callbackAddress(
  { config }: Pick<AuthorizeRuntime, "config">,
  platform: PlatformName,
  issuer: string | undefined,
): string {
  const own = issuer === undefined ? "" : `${keyOf(issuer)}/`;
  return new URL(`social/callback/${platform}/${own}`, config.baseUrl).href;
}

/** Identifies a server in its redirect address: 128 bits of the SHA-256 of its origin. */
function keyOf(issuer: string): string {
  return createHash("sha256").update(issuer).digest("hex").slice(0, 32);
}

/** What tells which server an answer came from. */
export interface CameBy {
  /** The part of the redirect address that identifies a server. */
  readonly issuerKey?: string | undefined;
  /** The answer's `iss` parameter (RFC 9207). */
  readonly iss?: string | undefined;
}

/** Whether an answer came from the server to which the person was sent. */
export function isFrom(
  { about }: Pick<SocialPlatform, "about">,
  issuer: string | null,
  { issuerKey, iss }: CameBy,
): boolean {
  if (issuer === null) return issuerKey === undefined;
  if (about.namesIssuer) return issuerKey === undefined && iss !== undefined && isSameIssuer(iss, issuer);
  return issuerKey === keyOf(issuer) && (iss === undefined || isSameIssuer(iss, issuer));
}

/** Some servers write their issuer with a trailing slash. */
function isSameIssuer(iss: string, issuer: string): boolean {
  return iss.replace(/\/$/, "") === issuer;
}
