import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startEmulator } from "../../emulator/server.ts";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../src/config/config.ts";
import { startEmbedded } from "../../src/database/embedded/embedded.ts";
import { openRuntime } from "../../src/service/runtime.ts";
import { prepareQueues } from "../../src/sharing/claims/queue.ts";
import { getShareRequest } from "../../src/sharing/record/history.ts";
import { freePort, serviceVariables } from "../../test/harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../test/harness/people/accounts.ts";
import { draftFor, postsOn, submit } from "../../test/harness/people/shares.ts";
import { startProcess, untilReady } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";
import type { Failure } from "../stage/failure.ts";

const PATIENCE_MS = 120_000;

/** The origin that a worker calls, and what its log should then say. */
async function placesToLook() {
  const plain = createServer((socket) => socket.end("This is no TLS.\n").on("error", () => {}));
  await new Promise<void>((done) => plain.listen(0, "127.0.0.1", done));
  const address = plain.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    places: [
      {
        what: "its server refuses connections",
        origin: `http://127.0.0.1:${await freePort()}`,
        code: /^connection-refused$/,
      },
      {
        what: "its name is not known",
        origin: "http://nowhere.invalid",
        code: /^name-(not-found|server-away)$/,
      },
      { what: "it speaks no TLS", origin: `https://127.0.0.1:${port}`, code: /^tls-failed$/ },
    ],
    close: () => plain.close(),
  };
}

/** Parses the log, each line of which must be JSON. */
function failuresIn(output: string): { code?: string; endpoint?: string; shareId?: string; msg?: string }[] {
  // The last line may be incomplete.
  const lines = output.split("\n").slice(0, -1).filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as { msg?: string })
    .filter(({ msg }) => msg === "a try to share came to nothing");
}

export const failure = {
  name: "network-unreachable",
  title: "A network refuses connections, has no name, or speaks no TLS",
  play: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "sharewell-failure-"));
    const embedded = await startEmbedded(folder);
    const emulator = await startEmulator();
    const { places, close } = await placesToLook();
    const database = `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(embedded.connection.host))}`;
    const changes = { DATABASE_URL: database, SOCIAL_ALLOWED_HOSTS: "*.localhost,127.0.0.1,nowhere.invalid" };
    const variables = serviceVariables({ port: await freePort(), emulator, changes });
    const runtime = await openRuntime(readConfig(variables, {}), { log: pino({ level: "silent" }) });
    try {
      await prepareQueues(runtime.queue);
      await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
      const person = await addPerson(runtime);
      const account = await connectAccount(runtime, person, { platform: "twitter" });
      const requests: string[] = [];
      const work = async (origin: string | undefined, until: (output: () => string) => Promise<unknown>) => {
        const port = await freePort();
        const place = origin === undefined ? {} : { SOCIAL_TWITTER_API_ORIGIN: origin };
        const worker = startProcess(["worker", "--port", String(port)], { ...variables, ...place });
        await untilReady(worker, `http://127.0.0.1:${port}/`);
        await until(worker.output);
        worker.child.kill("SIGTERM");
        assert.equal(await worker.ended, 0, "The worker did not stop in order.");
        return worker.output();
      };
      for (const { what, origin, code } of places) {
        requests.push(await submit(runtime, person, draftFor([account])));
        const output = await work(origin, (log) =>
          waitFor("a failed try in the log", async () => failuresIn(log())[0], PATIENCE_MS),
        );
        const [first] = failuresIn(output);
        assert.match(first?.code ?? "", code);
        assert.equal(first?.endpoint, "/2/tweets");
        assert.ok(first?.shareId, "The line names no share.");
        say(`${what}: the log says ${first?.code} for ${first?.endpoint}; ${output.length} bytes in all`);
      }
      await work(undefined, () =>
        waitFor(
          "all shares posted",
          async () => {
            const all = await Promise.all(requests.map((id) => getShareRequest(runtime, person, id)));
            return all.every((request) => request?.shares[0]?.status === "posted") || undefined;
          },
          PATIENCE_MS,
        ),
      );
      const posts = await postsOn(emulator.twitter);
      assert.equal(posts.length, requests.length);
      say(`${requests.length} accepted, ${posts.length} posted once it was back, 0 twice, 0 lost`);
    } finally {
      await runtime.close();
      await emulator.stop();
      close();
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
} satisfies Failure;
