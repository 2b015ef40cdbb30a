/** What networks say about the time, and when we believe it. */
import { expect, test } from "vitest";
import { readServerTime } from "../../src/net/server-time.ts";
import { createClockWatch } from "../../src/operation/trouble/clock-watch.ts";
import { createNetworkTime } from "../../src/operation/trouble/network-time.ts";
import type { TimeSource } from "../../src/operation/trouble/time-sources.ts";
import type { PlatformName } from "../../src/platforms/platform.ts";

const HOUR_MS = 3_600_000;
const platforms = ["facebook", "threads", "linkedin", "twitter"] as const satisfies readonly PlatformName[];
const sources: TimeSource[] = platforms.map((platform) => ({
  platform,
  address: `https://${platform}.example`,
}));

/** Servers whose clocks and answers a test sets, with a machine clock and a database clock. */
function open() {
  let count = 0;
  let clock = 1_800_000_000_000;
  let database = 0;
  const offsets = new Map<string, number | undefined>();
  const headers = new Map<string, Record<string, string>>();
  let asked = 0;
  const fetcher: typeof fetch = async (input) => {
    asked += 1;
    const { host } = new URL(String(input));
    const ms = offsets.has(host) ? offsets.get(host) : 0;
    if (ms === undefined) throw new TypeError("fetch failed");
    const date = new Date(1_800_000_000_000 + count + ms).toUTCString();
    return new Response(null, { headers: { date, ...headers.get(host) } });
  };
  const machine = { count: () => count, clock: () => clock };
  const now = () => new Date(1_800_000_000_000 + count + database);
  const networkTime = createNetworkTime({ fetch: fetcher, now, machine });
  const watch = createClockWatch({
    ...{ networkTime, now, machine, catchUp: async () => {} },
    findSources: async () => sources,
    log: { warn: () => {} },
  });
  return {
    ...{ networkTime, watch, offsets, headers, now, fetcher },
    asked: () => asked,
    pass: (ms: number) => {
      count += ms;
      clock += ms;
    },
    setMachine: (ms: number) => (clock += ms),
    setDatabase: (ms: number) => (database = ms),
  };
}

test.each([
  ["of now", { date: "Tue, 01 Dec 2026 10:00:00 GMT" }, 1_796_119_200_500],
  ["of a cache", { date: "Tue, 01 Dec 2026 10:00:00 GMT", age: "7" }, undefined],
  ["that a cache in front had", { date: "Tue, 01 Dec 2026 10:00:00 GMT", "x-cache": "HIT" }, undefined],
  ["without a date", {}, undefined],
  ["with a date that is none", { date: "soon" }, undefined],
])("an answer %s tells the time, or does not", (_, headers, time) => {
  expect(readServerTime(new Headers(headers))).toBe(time);
});

test("the offset is right to a second, by what the majority says", async () => {
  const { networkTime, offsets, setDatabase } = open();
  offsets.set("twitter.example", -4 * HOUR_MS);
  await networkTime.ask(sources);
  setDatabase(HOUR_MS);
  const { aheadMs = 0, hosts } = networkTime.offset() ?? {};
  expect(Math.abs(aheadMs - HOUR_MS)).toBeLessThanOrEqual(1_000);
  expect(hosts).toBe(3);
});

test("by answers that came slowly what is scheduled goes out late rather than early", async () => {
  const { networkTime, watch, fetcher, pass, setDatabase, now } = open();
  for (const { platform, address } of sources)
    await networkTime.watch(platform, async (input, init) => {
      pass(9_000);
      return await fetcher(input, init);
    })(address);
  setDatabase(HOUR_MS);
  const upTo = await watch.scheduledUpTo(async () => true);
  const early = (upTo?.getTime() ?? 0) - (now().getTime() - HOUR_MS);
  expect(early).toBeLessThanOrEqual(0);
  expect(early).toBeGreaterThan(-11_000);
});

test("one server alone, or two against two, say nothing", async () => {
  const { networkTime, offsets } = open();
  await networkTime.ask(sources.slice(0, 1));
  expect(networkTime.offset()).toBeUndefined();
  const { networkTime: divided, offsets: theirs } = open();
  theirs.set("linkedin.example", HOUR_MS).set("twitter.example", HOUR_MS);
  await divided.ask(sources);
  expect(divided.offset()).toBeUndefined();
  expect(offsets.size).toBe(0);
});

test("what was heard a quarter of an hour ago, or before the machine's clock was set, says nothing", async () => {
  const { networkTime, pass, setMachine } = open();
  await networkTime.ask(sources);
  pass(899_000);
  expect(networkTime.offset()).toBeDefined();
  pass(2_000);
  expect(networkTime.offset()).toBeUndefined();
  await networkTime.ask(sources);
  setMachine(HOUR_MS);
  expect(networkTime.offset()).toBeUndefined();
});

test("servers that people chose do not outvote the networks", async () => {
  const { networkTime, offsets } = open();
  const chosen = ["a", "b", "c", "d"].map((name): TimeSource => {
    offsets.set(`${name}.example`, -HOUR_MS);
    return { platform: "mastodon", address: `https://${name}.example` };
  });
  await networkTime.ask([...sources.slice(0, 2), ...chosen]);
  expect(Math.abs(networkTime.offset()?.aheadMs ?? Number.NaN)).toBeLessThanOrEqual(1_000);
});

test("nobody is asked while nothing is due, and what is due is due by both clocks", async () => {
  const { watch, asked, now, setDatabase } = open();
  expect(await watch.scheduledUpTo(async () => false)).toEqual(now());
  expect(asked()).toBe(0);
  setDatabase(HOUR_MS);
  const upTo = (await watch.scheduledUpTo(async () => true))?.getTime() ?? 0;
  expect(asked()).toBe(4);
  expect(Math.abs(now().getTime() - HOUR_MS - upTo)).toBeLessThanOrEqual(1_000);
  setDatabase(-HOUR_MS);
  expect(await watch.scheduledUpTo(async () => true)).toEqual(now());
});

test("while no network answers, what is due waits; while one answers, it goes by our clock", async () => {
  const { watch, offsets, now, pass } = open();
  for (const platform of platforms) offsets.set(`${platform}.example`, undefined);
  expect(await watch.scheduledUpTo(async () => true)).toBeUndefined();
  offsets.delete("twitter.example");
  pass(31_000);
  expect(await watch.scheduledUpTo(async () => true)).toEqual(now());
});
