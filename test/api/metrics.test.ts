import { request as ask } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startService } from "../../src/service/service.ts";
import { freshDatabaseUrl } from "../harness/database/database.ts";
import { type DatabaseLine, openDatabaseLine } from "../harness/database/database-line.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { draftFor, submit, untilSettled } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

const TOKEN = "a-token-for-prometheus";

let line: DatabaseLine;
let open: TestService;
let guarded: TestService;

beforeAll(async () => {
  line = await openDatabaseLine(await freshDatabaseUrl());
  open = await startTestService({ DATABASE_URL: line.url });
  // Without any people, the sign-in page leads to the set-up of the first account.
  await addPerson(open.runtime);
  guarded = await startTestService({ SOCIAL_METRICS_TOKEN: TOKEN });
});
afterAll(async () => {
  await open.stop();
  await guarded.stop();
  await line.close();
});

async function scrape(service: TestService, headers: Record<string, string> = {}) {
  const answer = await fetch(new URL("/metrics", service.address), { headers });
  return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
}

const numberOf = (text: string, series: string) => {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

test("this machine reads OpenMetrics of the process and of the service", async () => {
  const { status, type, text } = await scrape(open);
  expect(status).toBe(200);
  expect(type).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(text.endsWith("# EOF\n")).toBe(true);
  expect(numberOf(text, "sharewell_database_up")).toBe(1);
  expect(numberOf(text, 'sharewell_shares{status="queued"}')).toBe(0);
  expect(numberOf(text, "sharewell_oldest_due_share_age_seconds")).toBe(0);
  expect(numberOf(text, 'sharewell_database_connections{state="waiting"}')).toBe(0);
  expect(text).toContain("nodejs_eventloop_lag_seconds");
  expect(text).toContain("process_resident_memory_bytes");
});

test("requests are counted by the pattern of their address, however many addresses there are", async () => {
  const before = (await scrape(open)).text;
  for (const path of ["/login/", "/nowhere/1", "/nowhere/2", "/left/one-secret/", "/left/other-secret/"])
    await fetch(new URL(path, open.address)).then((answer) => answer.text());
  const growth = (text: string, series: string) =>
    (numberOf(text, series) ?? 0) - (numberOf(before, series) ?? 0);
  // A request is counted once its connection has accepted the whole answer, which may be after its reader has it.
  const text = await waitFor("five requests to be counted", async () => {
    const now = (await scrape(open)).text;
    const total = [
      'sharewell_http_requests_total{method="GET",route="/login/",status="2xx"}',
      'sharewell_http_requests_total{method="GET",route="/left/:secret/",status="4xx"}',
      'sharewell_http_requests_total{method="GET",route="none",status="4xx"}',
    ].reduce((sum, series) => sum + growth(now, series), 0);
    return total >= 5 ? now : undefined;
  });
  const counted = (series: string) => growth(text, series);
  expect(counted('sharewell_http_requests_total{method="GET",route="/login/",status="2xx"}')).toBe(1);
  expect(counted('sharewell_http_requests_total{method="GET",route="/left/:secret/",status="4xx"}')).toBe(2);
  expect(counted('sharewell_http_requests_total{method="GET",route="none",status="4xx"}')).toBe(2);
  expect(text).toContain('route="/metrics"');
  expect(text).not.toContain("nowhere");
  expect(text).not.toContain("one-secret");
  const count = counted('sharewell_http_request_duration_seconds_count{route="/login/"}');
  const bucket = 'sharewell_http_request_duration_seconds_bucket{route="/login/",le="+Inf"}';
  expect([count, counted(bucket)]).toEqual([1, 1]);
});

test("what became of shares is counted for each network", async () => {
  const person = await addPerson(open.runtime);
  const account = await connectAccount(open.runtime, person, { platform: "twitter" });
  const before = numberOf(
    (await scrape(open)).text,
    'sharewell_share_tries_total{network="twitter",result="posted"}',
  );
  const request = await submit(open.runtime, person, draftFor([account]));
  await untilSettled(open.runtime, person, request);
  const { text } = await scrape(open);
  expect(numberOf(text, 'sharewell_share_tries_total{network="twitter",result="posted"}')).toBe(
    (before ?? 0) + 1,
  );
  expect(numberOf(text, 'sharewell_connects_total{network="twitter",result="connected"}')).toBeGreaterThan(0);
  expect(numberOf(text, 'sharewell_network_calls_total{network="twitter",result="2xx"}')).toBeGreaterThan(0);
});

test("with a token nobody reads without it, not even on this machine", async () => {
  expect((await scrape(guarded)).status).toBe(401);
  for (const authorization of [`Bearer ${TOKEN}x`, "Bearer", `Basic ${TOKEN}`, TOKEN, "Bearer undefined"])
    expect((await scrape(guarded, { authorization })).status).toBe(401);
  expect((await scrape(guarded, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect(guarded.log()).not.toContain(TOKEN);
});

test.for([
  "x-forwarded-for",
  "forwarded",
  "x-real-ip",
  "via",
  "x-forwarded-proto",
])("what a proxy on this machine passes on finds nothing: %s", async (header) => {
  expect((await scrape(open, { [header]: "for=192.0.2.1" })).status).toBe(404);
});

test.for([
  { SOCIAL_TRUST_PROXY: "true" },
  { SOCIAL_BASE_URL: "https://share.example.com/" },
])("where a proxy stands in front, only a token opens it: %o", async (changes) => {
  const behind = await startService({
    ...open.config,
    port: 0,
    trustProxy: "SOCIAL_TRUST_PROXY" in changes,
    baseUrl: new URL(changes.SOCIAL_BASE_URL ?? open.config.baseUrl),
  });
  const answer = await fetch(`http://127.0.0.1:${behind.port}/metrics`);
  await behind.stop();
  expect(answer.status).toBe(404);
});

test("a worker's port shows them to this machine", async () => {
  const worker = await startService({ ...open.config, port: 0, trustProxy: true }, {}, "worker");
  const answer = await fetch(`http://127.0.0.1:${worker.port}/metrics`);
  const text = await answer.text();
  await worker.stop();
  expect(answer.status).toBe(200);
  expect(numberOf(text, "sharewell_database_up")).toBe(1);
});

test("other methods than GET find nothing", async () => {
  const { hostname, port } = new URL(open.address);
  const status = await new Promise((done, fail) => {
    ask({ hostname, port, path: "/metrics", method: "POST" }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    })
      .on("error", fail)
      .end();
  });
  expect(status).toBeGreaterThanOrEqual(400);
});

test("while the database is away the process tells what it knows, and that it is away", async () => {
  // Numbers that are some seconds old are good enough: a process that has not queried any has none.
  const other = await startService({ ...open.config, port: 0 }, {}, "web");
  line.cut();
  const answer = await fetch(`http://127.0.0.1:${other.port}/metrics`);
  const text = await answer.text();
  line.mend();
  await other.stop();
  expect(answer.status).toBe(200);
  expect(numberOf(text, "sharewell_database_up")).toBe(0);
  expect(text).not.toContain("sharewell_shares{");
  expect(text).toContain("process_resident_memory_bytes");
});
