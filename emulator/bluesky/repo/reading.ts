/** Reads records, without a token. */
import { Hono } from "hono";
import type { Env } from "../../network.ts";
import { type BlueskyWorld, findAccount } from "../memory.ts";
import { invalidRequest, refusal } from "../problems.ts";
import { findRecord, uriOf } from "./stored.ts";

export function readingRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/xrpc/com.atproto.repo.getRecord", (c) => {
    const { repo, collection, rkey } = need(c.req.query(), ["repo", "collection", "rkey"]);
    const did = findAccount(world, repo)?.id;
    if (did === undefined) throw invalidRequest(`Could not locate record`);
    const place = { did, collection, rkey };
    const record = findRecord(world, place);
    if (!record) throw refusal(400, "RecordNotFound", `Could not locate record: ${uriOf(place)}`);
    return c.json({ uri: uriOf(record), cid: record.cid, value: record.value });
  });

  app.get("/xrpc/com.atproto.repo.listRecords", (c) => {
    const { repo, collection } = need(c.req.query(), ["repo", "collection"]);
    const did = findAccount(world, repo)?.id;
    if (did === undefined) throw invalidRequest(`Could not find repo: ${repo}`);
    const { limit = "50", cursor, reverse } = c.req.query();
    const most = Number(limit);
    if (!Number.isInteger(most) || most < 1 || most > 100)
      throw invalidRequest(`integer too big (maximum 100, got ${limit}) at $.limit`);
    const isForward = reverse === "true";
    const after = (rkey: string) => cursor === undefined || (isForward ? rkey > cursor : rkey < cursor);
    const found = world.memory.records
      .filter((record) => record.did === did && record.collection === collection && after(record.rkey))
      .toSorted((one, other) => (isForward ? 1 : -1) * (one.rkey < other.rkey ? -1 : 1))
      .slice(0, most);
    return c.json({
      records: found.map((record) => ({ uri: uriOf(record), cid: record.cid, value: record.value })),
      cursor: found.at(-1)?.rkey,
    });
  });

  return app;
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
