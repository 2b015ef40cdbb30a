/** Reads a Bluesky account: its handle, name and picture (docs/networks/bluesky.md, section 3). */
import { z } from "zod";
import { type Account, type JsonObject, PlatformError } from "../platform.ts";
import { readWebAddress } from "../posts/web-address.ts";
import { barred, toError } from "./errors.ts";
import { nameOf } from "./identity/account.ts";
import type { Identity } from "./identity/document.ts";
import type { Parts } from "./parts.ts";
import { ask, askAsOwner, type Session } from "./xrpc.ts";

const LONGEST_NAME = 500;
const sessionShape = z.object({
  did: z.string(),
  active: z.boolean().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
});

const profileShape = z.object({
  value: z.object({
    displayName: z.string().max(LONGEST_NAME).optional().catch(undefined),
    avatar: z
      .object({ ref: z.object({ $link: z.string() }) })
      .optional()
      .catch(undefined),
  }),
});

/** Reads the account as it is now. @throws {PlatformError} also if its server lets it post nothing */
export async function readAccount(
  parts: Parts,
  {
    identity,
    session,
    extra,
  }: { readonly identity: Identity; readonly session: Session; readonly extra: JsonObject },
): Promise<Account> {
  const { server, did } = session;
  const answer = await askAsOwner(parts, session, "com.atproto.server.getSession");
  const told = sessionShape.safeParse(answer.body).data;
  if (answer.status !== 200 || told === undefined) throw toError(answer, server, parts.world.now());
  if (told.active === false) throw barred(told.status ?? "deactivated");
  const [username, profile] = await Promise.all([nameOf(parts, identity), readProfile(parts, server, did)]);
  const avatar = profile?.avatar?.ref.$link;
  const query = new URLSearchParams({ did, cid: avatar ?? "" });
  const avatarUrl =
    avatar === undefined ? undefined : readWebAddress(`${server}/xrpc/com.atproto.sync.getBlob?${query}`);
  return {
    id: did,
    username,
    displayName: profile?.displayName?.trim() || username,
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
    extra,
  };
}

/** Returns undefined on an error: a missing name should not make the connection fail. */
async function readProfile(parts: Parts, server: string, did: string) {
  const query = { repo: did, collection: "app.bsky.actor.profile", rkey: "self" };
  const answer = await ask(parts, server, "com.atproto.repo.getRecord", query).catch((error: unknown) => {
    if (error instanceof PlatformError) return undefined;
    throw error;
  });
  return profileShape.safeParse(answer?.body).data?.value;
}
