/** Creates, replaces and deletes records. */
import { randomInt } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import type { Env } from "../../network.ts";
import { type Caller, checkWriter, readCaller } from "../caller.ts";
import type { BlueskyWorld, StoredRecord } from "../memory.ts";
import { type Action, allowsRepo } from "../oauth/scopes.ts";
import { refusal } from "../problems.ts";
import { spend, writeBudgets } from "../rates.ts";
import { readBody } from "./body.ts";
import { cidOfRecord } from "./cid.ts";
import { checkBlobs, prepareRecord } from "./prepare.ts";
import { findRecord, removeRecord, storeRecord, uriOf } from "./stored.ts";

const placeShape = { repo: z.string(), collection: z.string(), swapCommit: z.string().optional() };
const recordShape = { validate: z.boolean().optional(), record: z.record(z.string(), z.unknown()) };
const createSchema = z.object({ ...placeShape, ...recordShape, rkey: z.string().optional() });
const putSchema = z.object({
  ...{ ...placeShape, ...recordShape },
  ...{ rkey: z.string(), swapRecord: z.string().nullish() },
});
const deleteSchema = z.object({ ...placeShape, rkey: z.string(), swapRecord: z.string().optional() });

export function writingRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/xrpc/com.atproto.repo.createRecord", async (c) => {
    const caller = await readCaller(world, c);
    const sent = await readBody(c, createSchema, ["repo", "collection", "record"]);
    spend(world, c, writeBudgets(caller.account.id), 3);
    checkWriter(world, caller, sent.repo);
    needScopes(caller, sent.collection, ["create"]);
    const prepared = prepareRecord(sent, sent.rkey ?? nextKey(world));
    const place = { did: caller.account.id, collection: sent.collection, rkey: prepared.rkey };
    if (findRecord(world, place)) throw existingKey(world);
    checkBlobs(world, place.did, prepared.value);
    return c.json(await write(world, caller, { ...place, ...prepared }));
  });

  app.post("/xrpc/com.atproto.repo.putRecord", async (c) => {
    const caller = await readCaller(world, c);
    const sent = await readBody(c, putSchema, ["repo", "collection", "rkey", "record"]);
    spend(world, c, writeBudgets(caller.account.id), 2);
    checkWriter(world, caller, sent.repo);
    // Both, also for a new key.
    needScopes(caller, sent.collection, ["create", "update"]);
    const place = { did: caller.account.id, collection: sent.collection, rkey: sent.rkey };
    const current = findRecord(world, place);
    const prepared = prepareRecord(sent, sent.rkey);
    const { cid, validationStatus } = prepared;
    if (current?.cid === cid) return c.json({ uri: uriOf(place), cid, validationStatus });
    checkSwap(sent.swapRecord, current);
    checkBlobs(world, place.did, prepared.value);
    return c.json(await write(world, caller, { ...place, ...prepared }));
  });

  app.post("/xrpc/com.atproto.repo.deleteRecord", async (c) => {
    const caller = await readCaller(world, c);
    const sent = await readBody(c, deleteSchema, ["repo", "collection", "rkey"]);
    spend(world, c, writeBudgets(caller.account.id), 1);
    checkWriter(world, caller, sent.repo);
    needScopes(caller, sent.collection, ["delete"]);
    const place = { did: caller.account.id, collection: sent.collection, rkey: sent.rkey };
    const current = findRecord(world, place);
    if (!current) return c.json({});
    checkSwap(sent.swapRecord, current);
    removeRecord(world, place);
    return c.json({ commit: nextCommit(world, place) });
  });

  return app;
}

async function write(
  world: BlueskyWorld,
  { account }: Caller,
  { validationStatus, ...record }: StoredRecord & { validationStatus?: "valid" | "unknown" | undefined },
) {
  storeRecord(world, account, record);
  return { uri: uriOf(record), cid: record.cid, commit: nextCommit(world, record), validationStatus };
}

function needScopes({ session }: Caller, collection: string, actions: readonly Action[]): void {
  const missing = actions.find((action) => !allowsRepo(session.scope, collection, action));
  if (missing !== undefined)
    throw refusal(403, "ScopeMissingError", `Missing required scope "repo:${collection}?action=${missing}"`);
}

/** `null` demands that there is none. */
function checkSwap(swapRecord: string | null | undefined, current: StoredRecord | undefined): void {
  if (swapRecord === undefined || swapRecord === (current?.cid ?? null)) return;
  throw refusal(400, "InvalidSwap", `Record was at ${current?.cid ?? "null"}`);
}

function existingKey(world: BlueskyWorld) {
  return world.memory.switches.existingKey === "fails"
    ? refusal(500, "InternalServerError", "Internal Server Error")
    : refusal(409, "RecordAlreadyExists", "Record already exists");
}

/** A timestamp identifier: 53 bits of microseconds and 10 random bits, in 13 letters that sort by time. */
function nextKey(world: BlueskyWorld): string {
  const letters = "234567abcdefghijklmnopqrstuvwxyz";
  let value =
    (BigInt(world.now().getTime()) * 1_000n + BigInt(randomInt(1_000))) * 1_024n + BigInt(randomInt(1_024));
  let key = "";
  while (key.length < 13) {
    key = `${letters[Number(value % 32n)]}${key}`;
    value /= 32n;
  }
  return key;
}

function nextCommit(world: BlueskyWorld, place: object) {
  const rev = nextKey(world);
  return { cid: cidOfRecord({ ...place, rev }), rev };
}
