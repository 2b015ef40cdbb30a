/** Finds the DID that a handle names, by DNS and HTTPS (docs/networks/bluesky.md, section 1). */
import { z } from "zod";
import { readText } from "../../call/answer-body.ts";
import { callSafely, OPTIONAL_MS } from "../../call/request.ts";
import { PlatformError } from "../../platform.ts";
import type { Parts } from "../parts.ts";
import { isDid } from "./typed.ts";

const LONGEST_DID = 2_048;
const resolvedShape = z.object({ did: z.string().refine(isDid) });

/** Returns the DID, or undefined if the handle names none. DNS wins where the two differ. @throws {PlatformError} */
export async function resolveHandle(parts: Parts, handle: string): Promise<string | undefined> {
  const { settings, world } = parts;
  const resolver = settings.SOCIAL_BLUESKY_HANDLES_ORIGIN;
  if (resolver !== undefined) {
    const url = `${resolver}/xrpc/com.atproto.identity.resolveHandle?handle=${encodeURIComponent(handle)}`;
    const answer = await callSafely(world.fetch, { method: "GET", url });
    return answer.status === 200 ? resolvedShape.safeParse(answer.body).data?.did : undefined;
  }
  const [byDns, byWeb] = await Promise.all([askDns(parts, handle), askWeb(parts, handle)]);
  return byDns ?? byWeb;
}

/** Several different records name nobody. */
async function askDns({ world }: Parts, handle: string): Promise<string | undefined> {
  const records = await world.resolveTxt(`_atproto.${handle}`).catch(() => []);
  const dids = records.filter((record) => record.startsWith("did=")).map((record) => record.slice(4).trim());
  const [did] = dids;
  return dids.length === 1 && did !== undefined && isDid(did) ? did : undefined;
}

/** A host that does not answer may still be named by DNS. */
async function askWeb({ world }: Parts, handle: string): Promise<string | undefined> {
  try {
    const answer = await world.fetch(`https://${handle}/.well-known/atproto-did`, {
      redirect: "manual",
      signal: AbortSignal.timeout(OPTIONAL_MS),
    });
    const text = answer.status === 200 ? (await readText(answer)).trim() : "";
    return text.length <= LONGEST_DID && isDid(text) ? text : undefined;
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    return undefined;
  }
}
