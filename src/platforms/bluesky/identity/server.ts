/** Finds the authorization server of an account’s server (docs/networks/bluesky.md, section 1). */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { type Answer, callSafely } from "../../call/request.ts";
import { inTrouble } from "../../call/trouble.ts";
import { PlatformError } from "../../platform.ts";
import { webAddress } from "../../posts/web-address.ts";
import type { Parts } from "../parts.ts";
import { originOf } from "./typed.ts";

const resourceShape = z.object({ authorization_servers: z.tuple([webAddress]) });
const metadataShape = z.object({
  issuer: z.string(),
  authorization_endpoint: webAddress,
  token_endpoint: webAddress,
  pushed_authorization_request_endpoint: webAddress,
  revocation_endpoint: webAddress.optional().catch(undefined),
});

export type Metadata = z.infer<typeof metadataShape>;

/** Returns the issuer for the accounts of a server, which may be its own. @throws {PlatformError} */
export async function findIssuer(parts: Parts, server: string): Promise<string> {
  return await parts.kept.get(`issuer ${server}`, async () => {
    const answer = await ask(parts, `${server}/.well-known/oauth-protected-resource`);
    const named = resourceShape.safeParse(answer.body).data?.authorization_servers[0];
    if (answer.status === 200 && named !== undefined) return originOf(new URL(named));
    if (answer.status >= 500) throw inTrouble(answer, hostOf(server), parts.world.now());
    // What the person typed may be an authorization server itself.
    await readMetadata(parts, server);
    return server;
  });
}

/** Returns the metadata of an authorization server. @throws {PlatformError} */
export async function readMetadata(parts: Parts, issuer: string): Promise<Metadata> {
  return await parts.kept.get(`metadata ${issuer}`, async () => {
    const answer = await ask(parts, `${issuer}/.well-known/oauth-authorization-server`);
    if (answer.status >= 500 || answer.status === 429)
      throw inTrouble(answer, hostOf(issuer), parts.world.now());
    const metadata = metadataShape.safeParse(answer.body).data;
    // Whoever claims to be another server is not asked for a code (RFC 8414, section 3.3).
    if (answer.status !== 200 || metadata?.issuer !== issuer) throw withoutOAuth(issuer);
    return metadata;
  });
}

async function ask({ world }: Parts, url: string): Promise<Answer> {
  return await callSafely(world.fetch, { method: "GET", url });
}

export function hostOf(origin: string): string {
  return new URL(origin).host;
}

function withoutOAuth(server: string): PlatformError {
  const message = say(
    "{host} does not offer the sign-in that Bluesky’s servers have (OAuth), so you cannot connect an account there. Check the spelling. If it is right, the server may be too old.",
    { host: hostOf(server) },
  );
  return new PlatformError("rejected", { code: "no-oauth", message });
}
