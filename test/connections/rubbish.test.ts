/**
 * Whatever a network answers while an account is being connected, the person reads what happened and the
 * operator has a record.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startConnecting } from "../../src/connections/oauth/start.ts";
import { createGuardedFetch } from "../../src/net/guarded-fetch.ts";
import { inEnglish, type Told } from "../../src/words/words.ts";
import { freePort } from "../harness/networks/networks.ts";
import { addPerson, dance, NotConnected } from "../harness/people/accounts.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

/** What replaces or damages a network's answer. */
const rubbish: Readonly<Record<string, (response: import("node:http").ServerResponse) => void>> = {
  html: (response) =>
    response.setHeader("content-type", "text/html").end("<h1>Sign in to the hotel's network</h1>"),
  "cut JSON": (response) =>
    response.setHeader("content-type", "application/json").end('{"access_token": "abc'),
  empty: (response) => response.end(),
  nothing: (response) => response.writeHead(204).end(),
  "other JSON": (response) => response.setHeader("content-type", "application/json").end('["surprise"]'),
  huge: (response) =>
    response.setHeader("content-type", "application/json").end(`"${"x".repeat(2_000_000)}"`),
  redirect: (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  reset: (response) => response.destroy(),
  busy: (response) => response.writeHead(429).end("{}"),
  "bad gateway": (response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>502</h1>"),
};

/** The service's own fetch. */
const guarded = createGuardedFetch({ allowedHosts: ["*.localhost", "127.0.0.1"] });
let service: TestService;
let server: Server;
let person: { id: string };
/** Which call of a flow gets the rubbish; none before 1. */
let plan = { at: 0, kind: "" };
let calls = 0;

beforeAll(async () => {
  server = createServer((request, response) =>
    rubbish[decodeURIComponent(request.url ?? "").slice(1)]?.(response),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  service = await startTestService(
    {},
    {
      fetch: async (input, init) => {
        calls += 1;
        if (calls !== plan.at) return await guarded.fetch(input, init);
        return await fetch(`http://127.0.0.1:${port}/${encodeURIComponent(plan.kind)}`, {
          redirect: init?.redirect ?? "follow",
          ...(init?.signal ? { signal: init.signal } : {}),
        });
      },
    },
  );
  person = await addPerson(service.runtime);
});
afterAll(async () => {
  await service.stop();
  await guarded.close();
  server.close();
});

const lineShape = z.object({
  msg: z.literal("an account was not connected"),
  network: z.string(),
  code: z.string().min(1),
  doing: z.literal("connecting"),
});
const linesSince = (length: number) =>
  service
    .log()
    .slice(length)
    .split("\n")
    .filter((line) => line.includes("an account was not connected"))
    .map((line) => lineShape.loose().parse(JSON.parse(line)));

const told = z.union([z.string(), z.object({ text: z.string(), values: z.record(z.string(), z.any()) })]);

/** Runs a flow. @returns what the person is told if it fails */
async function connect(choice: Parameters<typeof dance>[2]): Promise<string | undefined> {
  calls = 0;
  try {
    const finished = await dance(service.runtime, { person, sessionId: randomUUID() }, choice);
    return finished.outcome === "problem" ? inEnglish(finished.problem) : undefined;
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    return inEnglish(told.parse(JSON.parse(error.message)) as Told);
  }
}

test.for([
  "facebook",
  "instagram",
  "threads",
  "twitter",
  "linkedin",
  "mastodon",
] as const)("%s: every call of the way, met by every kind of rubbish", async (platform) => {
  const ways = service.runtime.platforms.getPlatform(platform).ways();
  const choice = {
    platform,
    ...(platform === "mastodon" ? { server: `mastodon.localhost:${service.emulator.mastodon.port}` } : {}),
    ...(ways[0] === undefined ? {} : { way: ways[0].name }),
  };
  plan = { at: 0, kind: "" };
  expect(await connect(choice)).toBeUndefined();
  const number = calls;
  expect(number).toBeGreaterThan(1);
  const failed = new Set<string>();
  for (let at = 1; at <= number; at += 1)
    for (const kind of Object.keys(rubbish)) {
      plan = { at, kind };
      const before = service.log().length;
      const problem = await connect(choice);
      const lines = linesSince(before);
      const where = `call ${at}, ${kind}: ${problem}`;
      expect(lines.length, where).toBe(problem === undefined ? 0 : 1);
      if (problem === undefined) continue;
      failed.add(kind);
      expect(problem, where).not.toMatch(/is having problems \([23]/);
      expect(problem, where).not.toMatch(/\bwait\b|posted this|127\.0\.0\.1|undefined/i);
      expect(lines[0], where).toMatchObject({ network: platform });
      expect(Object.keys(lines[0] ?? {}), where).toEqual(
        expect.arrayContaining(["endpoint", "host", "method", "ms", "code"]),
      );
    }
  expect(failed.size).toBeGreaterThan(5);
});

test("names that lead nowhere and servers that refuse are told apart", async () => {
  plan = { at: 0, kind: "" };
  const before = service.log().length;
  for (const server of ["nowhere.invalid", `closed.localhost:${await freePort()}`]) {
    const started = await startConnecting(service.runtime, {
      ...{ person, sessionId: randomUUID(), platform: "mastodon", server, returnTo: "/social/" },
    });
    expect("problem" in started).toBe(true);
  }
  const [unknown, refused] = linesSince(before);
  expect(unknown?.code).toMatch(/^name-(not-found|server-away)$/);
  expect(refused?.code).toBe("connection-refused");
});
