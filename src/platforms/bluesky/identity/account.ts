/** Finds the account and the issuer behind what a person typed (docs/networks/bluesky.md, section 1). */
import { say } from "../../../words/words.ts";
import { PlatformError } from "../../platform.ts";
import type { Parts } from "../parts.ts";
import { type Identity, readIdentity } from "./document.ts";
import { resolveHandle } from "./handle.ts";
import { findIssuer } from "./server.ts";
import { readTyped } from "./typed.ts";

export interface Found {
  readonly issuer: string;
  /** Absent if the person typed a server, whose page asks who they are. */
  readonly identity: Identity | undefined;
}

/** @throws {PlatformError} */
export async function findAccount(parts: Parts, typed: string): Promise<Found> {
  const asked = readTyped(typed);
  if ("origin" in asked) return { issuer: await findIssuer(parts, asked.origin), identity: undefined };
  if ("did" in asked) return await foundBy(parts, await readIdentity(parts, asked.did));
  return await parts.kept.get(`name ${asked.name}`, async () => await findByName(parts, asked.name));
}

async function foundBy(parts: Parts, identity: Identity): Promise<Found> {
  return { issuer: await findIssuer(parts, identity.server), identity };
}

async function findByName(parts: Parts, name: string): Promise<Found> {
  const did = await resolveHandle(parts, name);
  if (did === undefined) return { issuer: await asServer(parts, name), identity: undefined };
  const identity = await readIdentity(parts, did);
  if (identity.handle !== name) throw notBack(name);
  return await foundBy(parts, identity);
}

/** The name of no account may be that of a server. */
async function asServer(parts: Parts, name: string): Promise<string> {
  return await findIssuer(parts, `https://${name}`).catch((error: unknown) => {
    const isNone =
      error instanceof PlatformError &&
      (error.code === "no-oauth" || (error.kind === "transient" && error.status === undefined));
    if (!isNone) throw error;
    const message = say(
      "There is no Bluesky account {handle}. Check the spelling, and write the whole handle, like alice.bsky.social.",
      { handle: name },
    );
    throw new PlatformError("rejected", { code: "no-account", message, cause: error });
  });
}

function notBack(handle: string): PlatformError {
  const message = say(
    "The handle {handle} points to a Bluesky account that has another handle now. Type the handle that your profile shows.",
    { handle },
  );
  return new PlatformError("rejected", { code: "handle-mismatch", message });
}

/**
 * Returns the handle if it and the account name each other; otherwise the DID, which always works.
 * @throws {PlatformError}
 */
export async function nameOf(parts: Parts, { did, handle }: Identity): Promise<string> {
  if (handle === undefined) return did;
  const named = await resolveHandle(parts, handle);
  return named === did ? handle : did;
}
