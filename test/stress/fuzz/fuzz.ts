/** Sends requests of all kinds to every route, and collects the problems: answers of 500, damage, growth. */

import { eq } from "drizzle-orm";
import fc from "fast-check";
import { users } from "../../../src/database/schema.ts";
import { createApp } from "../../../src/service/app.ts";
import { withNames } from "./replay.ts";
import { type FuzzRequest, requestsFor } from "./requests.ts";
import { describeRoutes } from "./routes.ts";
import { send } from "./send.ts";
import type { World } from "./world.ts";
import { actors } from "./world.ts";

interface Finding {
  readonly what: string;
  readonly request?: FuzzRequest;
}

export interface FuzzReport {
  readonly requests: number;
  readonly seconds: number;
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly routes: number;
  /** The memory of the process in megabytes, after the first tenth and at the end. */
  readonly memory: readonly [number, number];
  readonly findings: readonly Finding[];
}

export interface FuzzPlan {
  readonly requests: number;
  readonly seed: number;
  readonly tell?: (line: string) => void;
}

/** The initial state is restored after this many requests. */
const ROUND = 400;
const AT_ONCE = 12;
const MOST_FINDINGS = 40;

/** "GET /social/": everything that the service answers, including the fragment in front of its app. */
function listRoutes(world: World): string[] {
  const own = createApp(world.runtime)
    .routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/\{[^/]*\}/g, "")}`);
  return [...new Set([...own, "GET /fragments/share-button"])];
}

export async function fuzz(world: World, { requests, seed, tell = () => {} }: FuzzPlan): Promise<FuzzReport> {
  const routes = listRoutes(world);
  const arbitrary = requestsFor(routes, world.ids);
  const mayBeUnavailable = new Set(
    Object.entries(describeRoutes(world.ids).routes).flatMap(([route, fields]) =>
      fields.mayBeUnavailable ? [route] : [],
    ),
  );
  const statuses = new Map<number, number>();
  const findings: Finding[] = [];
  const started = performance.now();
  let sent = 0;
  let early = 0;
  let told = 0;
  for (let round = 0; sent < requests && findings.length < MOST_FINDINGS; round += 1) {
    const size = Math.min(ROUND, requests - sent);
    const waiting = fc.sample(arbitrary, { numRuns: size, seed: seed + round }).reverse();
    const work = async () => {
      for (let request = waiting.pop(); request !== undefined; request = waiting.pop()) {
        const answer = await send(world, request).catch((error: unknown) => ({
          status: -1,
          text: String(error),
        }));
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const isBad =
          answer.status < 0 ||
          (answer.status >= 500 && !(answer.status === 503 && mayBeUnavailable.has(request.route)));
        if (isBad)
          findings.push({
            what: `${answer.status} ${answer.text.slice(0, 300)}`,
            request: withNames(world.ids, request),
          });
        // Its request is one of those in progress.
        for (const line of world.takeTroubles()) findings.push({ what: line });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    findings.push(...(await findDamage(world)));
    await world.reset();
    sent += size;
    if (early === 0 && sent * 10 >= requests) early = process.memoryUsage.rss();
    for (const { what, request } of findings.slice(told)) tell(`${what}\n${JSON.stringify(request)}`);
    told = findings.length;
    const rate = Math.round((sent * 1_000) / (performance.now() - started));
    tell(`${sent} of ${requests}, ${rate} a second, ${told} findings`);
  }
  const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);
  return {
    ...{ requests: sent, statuses, findings, routes: routes.length },
    seconds: (performance.now() - started) / 1_000,
    memory: [megabytes(early), megabytes(process.memoryUsage.rss())],
  };
}

/** Pages that show stored data, all of which must be readable. */
const shown = [
  "/social/",
  "/social/history/",
  "/account/",
  "/account/data.json",
  "/social/history/export.csv",
];
const shownToOperator = [
  "/admin/people/",
  "/admin/audit/",
  "/admin/state/",
  "/admin/settings/",
  "/admin/setup/",
];

async function findDamage(world: World): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const actor of actors) {
    for (const target of actor === "operator" ? [...shown, ...shownToOperator] : shown) {
      const request: FuzzRequest = { actor, route: "afterwards", method: "GET", target, headers: [] };
      const { status } = await send(world, request);
      if (status >= 500 || status <= 0) found.push({ what: `${status} afterwards`, request });
    }
  }
  for (const line of world.takeTroubles()) found.push({ what: line });
  const names = await world.runtime.database
    .select({ name: users.name })
    .from(users)
    .where(eq(users.role, "person"));
  for (const { name } of names)
    if (/\p{Cc}/u.test(name))
      found.push({ what: `a name holds a control character: ${JSON.stringify(name)}` });
  return found;
}
