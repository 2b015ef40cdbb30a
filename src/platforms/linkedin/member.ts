/** Reads a member’s profile from LinkedIn, or else from the ID token (docs/networks/linkedin.md, section 2.8). */
import { z } from "zod";
import type { Account, Tokens } from "../platform.ts";
import { webAddress } from "../posts/web-address.ts";
import { callApi, type Parts, persist, unreadable } from "./call.ts";
import { type Circumstances, toError } from "./errors.ts";
import { PROFILE } from "./ways.ts";

const memberShape = z.object({
  sub: z.string().min(1),
  name: z.string().min(1),
  picture: webAddress.optional().catch(undefined),
});
type Member = z.infer<typeof memberShape>;

export interface Approved {
  readonly tokens: Tokens;
  readonly idToken: string | undefined;
  readonly clientId: string;
  readonly circumstances: Circumstances;
}

/** Reads the member’s profile. @throws {PlatformError} */
export async function readMember(parts: Parts, approved: Approved): Promise<Account> {
  const { sub, name, picture } = await persist(parts, () => askForMember(parts, approved));
  return {
    id: `urn:li:person:${sub}`,
    // LinkedIn does not give us the public name of a profile.
    username: name,
    displayName: name,
    ...(picture === undefined ? {} : { avatarUrl: picture }),
    extra: { way: PROFILE.name },
  };
}

async function askForMember(parts: Parts, approved: Approved): Promise<Member> {
  const { tokens, circumstances } = approved;
  const answer = await callApi(parts, tokens, { method: "GET", path: "/v2/userinfo" });
  // LinkedIn sometimes refuses this to an app that has the product. The ID token still names the member.
  if (answer.status === 403) {
    const named = await readIdToken(parts, approved);
    if (named === "unknown") throw unreadable(answer);
    if (named !== undefined) return named;
  }
  if (answer.status !== 200) throw toError(answer, circumstances);
  const member = memberShape.safeParse(answer.body).data;
  if (member === undefined) throw unreadable(answer);
  return member;
}

/** LinkedIn has used both as its issuer, after its origin. */
const ISSUERS = ["/oauth", ""];
const MOST_SKEW = "2 minutes";

/** jose’s codes for keys that could not be loaded. They say nothing about the token. */
const NO_KEYS: readonly string[] = ["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT"];

/** Returns undefined if there is no valid ID token for our app, and "unknown" if LinkedIn’s keys could not be loaded. */
async function readIdToken(
  { world, origin }: Parts,
  { idToken, clientId }: Approved,
): Promise<Member | "unknown" | undefined> {
  if (idToken === undefined) return undefined;
  const { createRemoteJWKSet, customFetch, errors, jwtVerify } = await import("jose");
  const keys = createRemoteJWKSet(new URL("/oauth/openid/jwks", origin), { [customFetch]: world.fetch });
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      issuer: ISSUERS.map((path) => `${origin}${path}`),
      audience: clientId,
      algorithms: ["RS256"],
      requiredClaims: ["exp", "iat"],
      clockTolerance: MOST_SKEW,
      currentDate: world.now(),
    });
    return memberShape.safeParse(payload).data;
  } catch (error) {
    const isRefused = error instanceof errors.JOSEError && !NO_KEYS.includes(error.code);
    return isRefused ? undefined : "unknown";
  }
}
