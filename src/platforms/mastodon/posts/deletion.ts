/** Deletes a post from a Mastodon server, and checks whether it still exists (docs/networks/mastodon.md, section 4). */
import { bearer } from "../../call/oauth2.ts";
import { type Answer, callSafely } from "../../call/request.ts";
import type { OptionValues, PlatformError, PlatformWorld, PostPresence } from "../../platform.ts";
import { readExtra } from "../account.ts";
import { incompatible, isPage, readReason } from "../errors.ts";
import { covers } from "../oauth/scopes.ts";
import { toParameters } from "../options.ts";
import { askCredentials, judgeRefusal } from "../refusal.ts";
import { whatIsKnownOf } from "../software.ts";
import type { Owner } from "./status.ts";

/** A post of ours, and what was chosen for it. */
interface Posted {
  readonly id: string;
  readonly options: OptionValues;
}

function addressOf({ account }: Owner, statusId: string): string {
  return `${readExtra(account).origin}/api/v1/statuses/${encodeURIComponent(statusId)}`;
}

/**
 * Deletes the status. Some servers say "not found" to a call that they do not have, and some refuse the token for a
 * status that is gone: a status that can still be read was not deleted.
 * @returns the refusal, or undefined if the status is gone
 * @throws {PlatformError}
 */
export async function deleteStatus(
  world: PlatformWorld,
  owner: Owner,
  { id: statusId, options }: Posted,
): Promise<PlatformError | undefined> {
  const url = addressOf(owner, statusId);
  const answer = await callSafely(world.fetch, { method: "DELETE", url, headers: bearer(owner.tokens) });
  if (answer.status === 200) return undefined;
  if (isMissing(answer))
    return (await findStatus(world, owner, { id: statusId, options })) === "there"
      ? incompatible(404)
      : undefined;
  const isGone =
    answer.status === 401 &&
    (await letsIn(world, owner)) &&
    (await findStatus(world, owner, { id: statusId, options })) === "gone";
  if (isGone) return undefined;
  const { account, tokens } = owner;
  const grant = { origin: readExtra(account).origin, tokens, scope: "write:statuses" };
  return await judgeRefusal(world, grant, answer);
}

async function letsIn(world: PlatformWorld, { account, tokens }: Owner): Promise<boolean> {
  const { status } = await askCredentials(world, { origin: readExtra(account).origin, tokens });
  return status === 200;
}

/**
 * Reads the status with the token, and as a stranger only if that is refused. To a stranger, "not there" may mean that
 * the server shows nothing. To a token that may not read, it says nothing about posts that are not public.
 */
export async function findStatus(
  world: PlatformWorld,
  owner: Owner,
  { id: statusId, options }: Posted,
): Promise<PostPresence> {
  const asked = { method: "GET", url: addressOf(owner, statusId) } as const;
  const own = await callSafely(world.fetch, { ...asked, headers: bearer(owner.tokens) });
  const isRefused = (own.status === 401 || own.status === 403) && !isMissing(own);
  const answer = isRefused ? await callSafely(world.fetch, asked) : own;
  if (answer.status === 200 && !isPage(answer)) return "there";
  if (!isMissing(answer)) return "unknown";
  const { visibility: usual, software } = readExtra(owner.account);
  const { visibility = usual } = toParameters(options);
  const isShownToAll = visibility === "public" || visibility === "unlisted";
  const tells = isRefused
    ? isShownToAll && whatIsKnownOf(software).showsPublicToAll
    : isShownToAll || covers(owner.tokens.scopes, "read:statuses");
  return tells ? "gone" : "unknown";
}

/**
 * Not found, in the API's words: a proxy's page says nothing about the status. The Misskey family has a code for it.
 */
function isMissing(answer: Answer): boolean {
  const isGone = (answer.status === 404 || answer.status === 410) && !isPage(answer);
  return isGone || readReason(answer).startsWith("NO_SUCH_NOTE");
}
