/** Reads records and files, without a token. */
import { Hono } from "hono";
import type { Env } from "../../network.ts";
import { documentOf } from "../identity.ts";
import { type BlueskyAccount, type BlueskyWorld, findAccount } from "../memory.ts";
import { invalidRequest, refusal } from "../problems.ts";
import { profileCollection, profileOf, readAvatar } from "./profile.ts";
import { findRecord, type Place, uriOf } from "./stored.ts";

export function readingRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/xrpc/com.atproto.repo.getRecord", (c) => {
    const { repo, collection, rkey } = need(c.req.query(), ["repo", "collection", "rkey"]);
    const account = findActive(world, repo);
    if (!account) throw invalidRequest("Could not locate record");
    const place = { did: account.id, collection, rkey };
    const record = readRecord(world, account, place);
    if (!record) throw refusal(400, "RecordNotFound", `Could not locate record: ${uriOf(place)}`);
    return c.json({ uri: uriOf(record), cid: record.cid, value: record.value });
  });

  app.get("/xrpc/com.atproto.repo.listRecords", (c) => {
    const { repo, collection } = need(c.req.query(), ["repo", "collection"]);
    const did = findActive(world, repo)?.id;
    if (did === undefined) throw invalidRequest(`Could not find repo: ${repo}`);
    const { cursor, reverse } = c.req.query();
    const isForward = reverse === "true";
    const isNext = (rkey: string) => cursor === undefined || (isForward ? rkey > cursor : rkey < cursor);
    const found = world.memory.records
      .filter((record) => record.did === did && record.collection === collection && isNext(record.rkey))
      .toSorted((one, other) => (isForward ? 1 : -1) * (one.rkey < other.rkey ? -1 : 1))
      .slice(0, readLimit(c.req.query("limit")));
    return c.json({
      records: found.map((record) => ({ uri: uriOf(record), cid: record.cid, value: record.value })),
      cursor: found.at(-1)?.rkey,
    });
  });

  app.get("/xrpc/com.atproto.repo.describeRepo", (c) => {
    const { repo } = need(c.req.query(), ["repo"]);
    const account = findAvailable(world, repo);
    const { records } = world.memory;
    const collections = records.filter(({ did }) => did === account.id).map(({ collection }) => collection);
    return c.json({
      handle: account.handle,
      did: account.id,
      didDoc: documentOf(world, account),
      collections: [...new Set([...collections, profileCollection])].toSorted(),
      handleIsCorrect: account.claimsHandle,
    });
  });

  app.get("/xrpc/com.atproto.sync.getBlob", async (c) => {
    const { did, cid } = need(c.req.query(), ["did", "cid"]);
    const account = findAvailable(world, did);
    const avatar = await readAvatar(account, cid);
    if (avatar) return c.body(avatar, 200, { "content-type": "image/jpeg" });
    const blob = world.memory.blobs.find((each) => each.did === account.id && each.cid === cid);
    const picture = blob?.pictureId === undefined ? undefined : world.picture(blob.pictureId);
    if (!picture) throw invalidRequest("Blob not found");
    return c.body(picture.bytes, 200, { "content-type": picture.mimeType });
  });

  return app;
}

function readRecord(world: BlueskyWorld, account: BlueskyAccount, place: Place) {
  const isProfile = place.collection === profileCollection && place.rkey === "self";
  return findRecord(world, place) ?? (isProfile ? profileOf(account) : undefined);
}

/** To strangers, deactivated accounts and those that were taken down do not exist. */
function findActive(world: BlueskyWorld, actor: string): BlueskyAccount | undefined {
  const account = findAccount(world, actor);
  return account?.status === "active" ? account : undefined;
}

/** @throws {Refusal} 400 that says why there is none */
function findAvailable(world: BlueskyWorld, actor: string): BlueskyAccount {
  const account = findAccount(world, actor);
  if (!account) throw refusal(400, "RepoNotFound", `Could not find repo for DID: ${actor}`);
  if (account.status === "active") return account;
  throw account.status === "deactivated"
    ? refusal(400, "RepoDeactivated", `Repo has been deactivated: ${actor}`)
    : refusal(400, "RepoTakendown", `Repo has been takendown: ${actor}`);
}

/** @throws {Refusal} 400 */
function readLimit(asked = "50"): number {
  const limit = Number(asked);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalidRequest(`integer too big (maximum 100, got ${asked}) at $.limit`);
  return limit;
}

/** @throws {Refusal} 400 naming the first missing parameter */
function need<N extends string>(
  query: Readonly<Record<string, string>>,
  names: readonly N[],
): Record<N, string> {
  const missing = names.find((name) => !query[name]);
  if (missing !== undefined) throw invalidRequest(`Missing required key "${missing}" at $`);
  return Object.fromEntries(names.map((name) => [name, query[name]])) as Record<N, string>;
}
