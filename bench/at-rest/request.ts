/** The CPU time per page for a signed-in person: pages requested one after another from the service as it runs in production. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { approve } from "../../test/harness/networks/consent.ts";
import { freePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { createVisitor, type Visitor } from "../../test/harness/people/visitor.ts";
import { startProcess, untilReady } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { cpuMilliseconds, familyOf } from "../memory.ts";
import { compareCheckouts, type Figures } from "./checkouts.ts";

const ROUNDS = 3;
const WARM_UP = 100;
const LOOKS = 300;
/** One person can read 120 share pages a minute (limits/rules.ts). They come last, when everything is warm. */
const SHARE_PAGES = { warmUp: 15, looks: 100 } as const;
const NETWORKS = ["facebook", "threads", "twitter", "linkedin"] as const;

export async function measureRequest(): Promise<void> {
  const aims = { "all, ms of the service": 0.6 };
  await compareCheckouts({ rounds: ROUNDS, aims }, measure);
}

async function measure(program: string): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const [emulator, site, port] = [await startEmulator(), await startSite(), await freePort()];
  const address = `http://127.0.0.1:${port}/`;
  const changes = { SOCIAL_DATA_DIR: folder, SOCIAL_LOG_LEVEL: "error" };
  const service = startProcess(["serve"], serviceVariables({ port, emulator, changes }), program);
  try {
    await untilReady(service, address);
    await registerApps(emulator, address);
    const visitor = await signUp(address);
    for (const network of NETWORKS) await connect(address, visitor, network);
    const page = `http://127.0.0.1:${(site.address() as AddressInfo).port}/page`;
    const result = await share(visitor, page);
    const own = service.child.pid ?? 0;
    const others = () => familyOf(own).filter((pid) => pid !== own);
    const figures: Record<string, number> = {};
    let [all, database] = [0, 0];
    const paths = {
      accounts: "/social/",
      history: "/social/history/",
      result,
      "share page": `/social/share/?url=${page}`,
    };
    for (const [name, path] of Object.entries(paths)) {
      const { warmUp, looks } = name === "share page" ? SHARE_PAGES : { warmUp: WARM_UP, looks: LOOKS };
      await look(visitor, path, warmUp);
      const [before, beside] = [cpuMilliseconds([own]), cpuMilliseconds(others())];
      await look(visitor, path, looks);
      const took = cpuMilliseconds([own]) - before;
      database += (cpuMilliseconds(others()) - beside) / looks;
      figures[`${name}, ms`] = took / looks;
      all += took / looks;
    }
    const pages = Object.keys(paths).length;
    return { "all, ms of the service": all / pages, "all, ms of its database": database / pages, ...figures };
  } finally {
    service.child.kill("SIGTERM");
    await service.ended;
    await emulator.stop();
    site.closeAllConnections();
    site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Serves any page that is requested. */
async function startSite() {
  const site = createServer((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end('<title>A page</title><meta property="og:description" content="Of some words">');
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  return site;
}

async function signUp(address: string): Promise<Visitor> {
  const visitor = createVisitor({ address });
  const form = { name: "Ana", email: "ana@example.com", password: "quartz ferry plum orchid 71" };
  const answer = await visitor.post("/sign-up/", form);
  if (answer.status !== 303) throw new Error(`Signing up answered ${answer.status}.`);
  return visitor;
}

/** Connects through the link on the accounts page and the consent page, as a browser would. */
async function connect(address: string, visitor: Visitor, network: (typeof NETWORKS)[number]): Promise<void> {
  const way = network === "linkedin" ? "?way=profile" : "";
  const byLink = { "sec-fetch-site": "same-origin", referer: new URL("/social/", address).href };
  const out = await visitor.get(`/social/connect/${network}/${way}`, byLink);
  const back = new URL(await approve(out.headers.get("location") ?? ""));
  const answer = await visitor.get(`${back.pathname}${back.search}`);
  const choice = answer.headers.get("location") ?? "";
  if (!choice.startsWith("/social/choose/")) return;
  const html = await (await visitor.get(choice)).text();
  const accounts = [...html.matchAll(/name="account" value="([^"]+)"/g)].map(([, id = ""]) => [
    "account",
    id,
  ]);
  await visitor.post(choice, new URLSearchParams(accounts.slice(0, 1)));
}

/** @returns the path of its result page, once all results are final */
async function share(visitor: Visitor, url: string): Promise<string> {
  const html = await (await visitor.get(`/social/share/?url=${url}`)).text();
  const accounts = [...html.matchAll(/name="account" value="([^"]+)"/g)].map(([, id = ""]) => [
    "account",
    id,
  ]);
  const fields = [["url", url], ["message", "Worth a read"], ["idempotency_key", randomUUID()], ...accounts];
  const answer = await visitor.post("/social/share/", new URLSearchParams(fields));
  const path = answer.headers.get("location") ?? "";
  if (answer.status !== 303) throw new Error(`Sharing answered ${answer.status}.`);
  await waitFor(
    "the shares to be posted",
    async () => {
      const result = await (await visitor.get(path)).text();
      return result.split("See the post").length > accounts.length ? true : undefined;
    },
    60_000,
    500,
  );
  return path;
}

async function look(visitor: Visitor, path: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const answer = await visitor.get(path);
    await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}.`);
  }
}
