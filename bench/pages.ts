/**
 * What each page costs a browser: bytes without pictures and with an empty cache, the time until the page is usable and painted
 * on a CPU four times as slow, and its layout shift. An empty page beside them shows the browser's own share.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserContext, chromium } from "playwright-core";
import { blog } from "../examples/blog/site.tsx";
import { startSite } from "../examples/site/server.ts";
import { users } from "../src/database/schema.ts";
import { createPerson } from "../src/people/sign-up/create-person.ts";
import { ensureChromium } from "../test/harness/browser/chromium.ts";
import { connectAccount } from "../test/harness/people/accounts.ts";
import { openWorld, percentile } from "./world.ts";

const person = { name: "Ana Lima", email: "ana@example.com", password: "a sea of lanterns" };
const SLOWER = 4;
const LOOKS = 9;

export async function measurePages(): Promise<void> {
  const world = await openWorld();
  const { runtime } = world;
  const site = await startSite(blog, { host: "127.0.0.1", port: 0 });
  await createPerson(runtime, person);
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const login = await context.newPage();
  const address = runtime.config.baseUrl.href;
  await login.goto(address);
  await login.getByLabel("Email address").fill(person.email);
  await login.getByLabel("Password", { exact: true }).fill(person.password);
  await login.getByRole("button", { name: "Sign in", exact: true }).click();
  await login.waitForURL(/\/social\//);
  await runtime.database.update(users).set({ role: "operator" });
  const signedIn = await runtime.people.findPerson(
    new Headers({
      cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; "),
    }),
  );
  for (const platform of ["twitter", "threads", "instagram", "facebook", "linkedin"] as const)
    await connectAccount(
      runtime,
      { id: signedIn?.person.id ?? "" },
      { platform, ...(platform === "instagram" ? { way: "instagram" } : {}) },
    );
  const page = `${site.address}${blog.items[1]?.slug}/`;
  const paths = [
    "social/",
    `social/share/?${new URLSearchParams({ url: page })}`,
    "social/history/",
    "account/",
    "admin/setup/",
    "admin/setup/facebook/",
    "admin/settings/",
    "admin/state/",
    "admin/people/",
  ];
  const empty = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Empty</title><p>Empty</p>");
  });
  await new Promise<void>((done) => empty.listen(0, "127.0.0.1", done));
  const emptyAddress = `http://127.0.0.1:${(empty.address() as AddressInfo).port}/`;
  const pages = [
    { name: "an empty page", at: emptyAddress, by: context },
    { name: "login/", at: `${address}login/`, by: await browser.newContext() },
    ...paths.map((path) => ({ name: path, at: address + path, by: context })),
  ];
  for (const { name, at, by } of pages) {
    const bytes = await weigh(by, at);
    const { usable, painted, answered, shift } = await look(by, at);
    const times = `usable after ${Math.round(usable)} ms, painted after ${Math.round(painted)} ms (the answer was there after ${Math.round(answered)})`;
    console.log(
      `${name.split("?")[0]}: ${(bytes / 1_000).toFixed(1)} kB, ${times}, moved ${shift.toFixed(4)}`,
    );
  }
  empty.close();
  console.log(
    `(aims: 45 kB; the share page usable within twice the time of the empty page, with the processor ${SLOWER} times as slow; 0)`,
  );
  await browser.close();
  await site.stop();
  await world.close();
}

/** Bytes on the wire except pictures, with an empty cache. */
async function weigh(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  const pictures = new Set<string>();
  client.on("Network.responseReceived", ({ requestId, type }) => {
    if (type === "Image") pictures.add(requestId);
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!pictures.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(address, { waitUntil: "networkidle" });
  await page.close();
  return bytes;
}

interface Look {
  readonly usable: number;
  readonly painted: number;
  readonly answered: number;
  readonly shift: number;
}

/** The time from the request until all scripts have started: the median of several loads in an open tab. */
async function look(context: BrowserContext, address: string): Promise<Look> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  const seen: Look[] = [];
  for (let time = 0; time < LOOKS; time += 1) {
    await page.goto(address, { waitUntil: "networkidle" });
    seen.push(
      await page.evaluate(async () => {
        const shifts = await new Promise<PerformanceEntryList>((done) => {
          const observer = new PerformanceObserver((list) => done(list.getEntries()));
          observer.observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done([]), 100);
        });
        const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
        const moved = shifts.map((entry) => (entry as PerformanceEntry & { value: number }).value);
        return {
          usable: navigation?.domContentLoadedEventEnd ?? Number.NaN,
          painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
          answered: navigation?.responseEnd ?? Number.NaN,
          shift: moved.reduce((sum, value) => sum + value, 0),
        };
      }),
    );
  }
  await page.close();
  const median = (values: readonly number[]) => percentile(values, 0.5);
  return {
    usable: median(seen.map(({ usable }) => usable)),
    painted: median(seen.map(({ painted }) => painted)),
    answered: median(seen.map(({ answered }) => answered)),
    shift: Math.max(...seen.map(({ shift }) => shift)),
  };
}
