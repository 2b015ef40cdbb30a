/** Connects an account once its person has agreed, and reads it again later. */
import { say } from "../../words/words.ts";
import {
  type Account,
  type AuthorizeCallback,
  type JsonObject,
  type OAuthResult,
  PlatformError,
  type Tokens,
} from "../platform.ts";
import { readAccount } from "./account.ts";
import { hasMoved } from "./errors.ts";
import { readExtra } from "./extra.ts";
import { readIdentity } from "./identity/document.ts";
import { findIssuer } from "./identity/server.ts";
import { documentAddress } from "./oauth/client.ts";
import { rememberShape } from "./oauth/flow.ts";
import { findMissing } from "./oauth/scopes.ts";
import { exchangeCode } from "./oauth/tokens.ts";
import type { Parts } from "./parts.ts";

/** @throws {PlatformError} */
export async function connectAccount(parts: Parts, callback: AuthorizeCallback): Promise<OAuthResult> {
  const remembered = rememberShape.parse(callback.remember);
  const { issuer = "" } = callback;
  const { tokens, sub } = await exchangeCode(parts, callback, remembered);
  const { clientId: client, clientKey } = remembered;
  const own: JsonObject =
    clientKey === undefined
      ? { loopbackId: client }
      : { origin: documentAddress(parts.settings.SOCIAL_BASE_URL), clientId: clientKey };
  await callback.hold?.({ extra: { issuer, server: issuer, ...own } }, tokens);
  const missing = findMissing(tokens.scopes);
  if (missing !== undefined) throw scopeMissing(missing);
  if (remembered.did !== undefined && remembered.did !== sub) throw otherAccount();
  const identity = await readIdentity(parts, sub);
  // Any server can claim to speak for any account: only the account's own document says which one does.
  if ((await findIssuer(parts, identity.server)) !== issuer) throw notItsServer();
  const { server } = identity;
  const session = { server, did: sub, tokens };
  const account = await readAccount(parts, { identity, session, extra: { issuer, server, ...own } });
  return { account, tokens };
}

/** Reads the account as it is now, also where it has moved. @throws {PlatformError} */
export async function verifyAccount(parts: Parts, account: Account, tokens: Tokens): Promise<Account> {
  const identity = await readIdentity(parts, account.id);
  const { issuer, server: before } = readExtra(account);
  const { server } = identity;
  if (server !== before && (await findIssuer(parts, server)) !== issuer) throw hasMoved(server);
  const session = { server, did: account.id, tokens };
  return await readAccount(parts, { identity, session, extra: { ...account.extra, server } });
}

function scopeMissing(scope: string): PlatformError {
  const message = say(
    "Bluesky did not give us the permission to post ({scope}). Connect again and allow it.",
    { scope },
  );
  return new PlatformError("rejected", { code: "scope-missing", message });
}

function otherAccount(): PlatformError {
  const message = say(
    "You signed in on Bluesky with another account than the one that you typed here. Connect again, with the account that you want.",
  );
  return new PlatformError("rejected", { code: "other-account", message });
}

function notItsServer(): PlatformError {
  const message = say(
    "The server that answered does not look after this Bluesky account, so nothing was connected.",
  );
  return new PlatformError("rejected", { code: "not-its-server", message });
}
