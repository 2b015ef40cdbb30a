/** Reads the document of a DID: the account's handle and its server (docs/networks/bluesky.md, section 1). */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { callSafely } from "../../call/request.ts";
import { inTrouble } from "../../call/trouble.ts";
import { PlatformError } from "../../platform.ts";
import { readWebAddress } from "../../posts/web-address.ts";
import type { Parts } from "../parts.ts";
import { isHandle, originOf } from "./typed.ts";

const documentShape = z.object({
  id: z.string(),
  alsoKnownAs: z.array(z.string()).catch([]),
  service: z
    .array(
      z
        .object({ id: z.string(), type: z.string(), serviceEndpoint: z.unknown() })
        .catch({ id: "", type: "", serviceEndpoint: "" }),
    )
    .catch([]),
});

export interface Identity {
  readonly did: string;
  /** What the document says. It counts only if the handle names this DID too. */
  readonly handle: string | undefined;
  /** The origin of the account's server. */
  readonly server: string;
}

/** @throws {PlatformError} */
export async function readIdentity(parts: Parts, did: string): Promise<Identity> {
  const answer = await callSafely(parts.world.fetch, { method: "GET", url: addressOf(parts, did) });
  if ([404, 410].includes(answer.status)) throw noAccount(did);
  const document = documentShape.safeParse(answer.body).data;
  if (answer.status !== 200 || document === undefined || document.id !== did)
    throw inTrouble(answer, say("The directory of Bluesky accounts"), parts.world.now());
  const { alsoKnownAs, service } = document;
  const handle = alsoKnownAs
    .find((name) => name.startsWith("at://"))
    ?.slice(5)
    .toLowerCase();
  const found = service.find(
    ({ id, type }) =>
      (id === "#atproto_pds" || id === `${did}#atproto_pds`) && type === "AtprotoPersonalDataServer",
  );
  const endpoint = readWebAddress(String(found?.serviceEndpoint ?? ""));
  if (endpoint === undefined) throw withoutServer(handle ?? did);
  return {
    did,
    handle: handle !== undefined && isHandle(handle) ? handle : undefined,
    server: originOf(new URL(endpoint)),
  };
}

function addressOf({ settings }: Parts, did: string): string {
  if (did.startsWith("did:plc:")) return `${settings.SOCIAL_BLUESKY_DIRECTORY_ORIGIN}/${did}`;
  return `${originOf(new URL(`https://${decodeURIComponent(did.slice("did:web:".length))}`))}/.well-known/did.json`;
}

function noAccount(did: string): PlatformError {
  const message = say("There is no Bluesky account {account}. Check the spelling.", { account: did });
  return new PlatformError("rejected", { code: "no-account", message });
}

function withoutServer(account: string): PlatformError {
  const message = say(
    "The Bluesky account {account} has no server, so nobody can post there. If you have just moved it, finish that first.",
    { account },
  );
  return new PlatformError("rejected", { code: "no-server", message });
}
