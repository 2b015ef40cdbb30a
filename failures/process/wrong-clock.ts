/** The machine's clock is wrong: service and database are an hour and four days ahead, an hour behind, and right again. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { identity, own, prepareCluster } from "../../src/database/embedded/embedded-cluster.ts";
import { findPrograms, planLaunch } from "../../src/database/embedded/embedded-program.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { Absent } from "../stage/absent.ts";
import type { Failure } from "../stage/failure.ts";
import { openStage } from "../stage/stage.ts";

const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
];
const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

export const failure = {
  name: "wrong-clock",
  title: "The clock of the machine is an hour ahead, four days ahead, an hour behind, and right again",
  async play(say) {
    const library = LIBRARIES.find((path) => existsSync(path));
    if (library === undefined) throw new Absent("Needs libfaketime: apt-get install faketime");
    const folder = mkdtempSync(join(tmpdir(), "sharewell-clock-"));
    chmodSync(folder, 0o755);
    const file = join(folder, "ahead");
    const setClock = (seconds: number) => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}`);
    setClock(0);
    const faked = {
      ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file },
      ...{ FAKETIME_NO_CACHE: "1", DONT_FAKE_MONOTONIC: "1" },
    };
    const database = await startDatabase(folder, faked);
    const stage = await openStage({ DATABASE_URL: database.url });
    try {
      const service = stage.start(["serve"], faked);
      await stage.untilReady("ok", ({ status }) => status === "ok");
      const { share, postedAt, runtime } = await stage.open();
      const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
      const isWrong = (body: Readonly<Record<string, unknown>>) => body.clock === "wrong";
      const isRight = (body: Readonly<Record<string, unknown>>) => body.clock === undefined;

      const soon = { at: inSeconds(25), message: "" };
      soon.message = await share(soon.at);
      const later = await share(inSeconds(17 * MINUTE));
      const nextDays = await share(inSeconds(2 * DAY));

      setClock(HOUR);
      await stage.untilReady("that the clock is wrong", isWrong);
      await waitFor("the share that is really due", () => postedAt(soon.message)[0]);
      const earlyMs = soon.at.getTime() - (postedAt(soon.message)[0]?.getTime() ?? 0);
      assert.ok(earlyMs <= 1_500, `it went out ${earlyMs} ms early`);
      say(`an hour ahead: one share due in 25 s went out ${Math.max(0, -earlyMs)} ms after its time`);
      const now = await share();
      await waitFor("what is shared now", () => postedAt(now)[0]);

      setClock(4 * DAY);
      await pause(12_000);
      await stage.untilReady("that the clock is wrong", isWrong);
      assert.deepEqual([postedAt(later), postedAt(nextDays)], [[], []]);
      setClock(0);
      await stage.untilReady("that the clock is right", isRight);
      const { rows } = await queryOnce(
        database.url,
        "select count(*)::integer as waiting from social_shares where status = 'scheduled' and next_attempt_at is not null",
      );
      assert.deepEqual(rows, [{ waiting: 2 }]);
      say(
        "four days ahead and back: the shares of in 17 minutes and in two days wait for their time, none is set aside",
      );

      const behind = await share(inSeconds(5 * MINUTE));
      setClock(-HOUR);
      await stage.untilReady("that the clock is wrong", isWrong);
      setClock(0);
      await stage.untilReady("that the clock is right", isRight);
      assert.deepEqual(postedAt(behind), []);
      const last = await share();
      await waitFor("what is shared at last", () => postedAt(last)[0]);
      const posts = [soon.message, now, last].map((message) => postedAt(message).length);
      assert.deepEqual(posts, [1, 1, 1]);
      const told = service
        .output()
        .split("\n")
        .filter((line) => line.includes('"trouble":"clock"'));
      say(`/readyz: degraded, clock wrong; the log: ${told.length} lines, each jump and each return once`);
      say("accepted 6, posted 3 that were due, early 0, twice 0, lost 0, stuck 0");
      await runtime.catchUp();
    } finally {
      setClock(0);
      await stage.close();
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Failure;

async function queryOnce(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return await client.query(text).finally(() => client.end());
}

/** Starts a PostgreSQL whose clock is controlled by the file. */
async function startDatabase(folder: string, environment: Readonly<Record<string, string>>) {
  const [programs, launch] = [await findPrograms(), planLaunch()];
  const [cluster, sockets] = [join(folder, "postgres"), join(folder, "run")];
  prepareCluster(programs, launch, cluster, "sharewell");
  mkdirSync(sockets);
  own(launch, sockets);
  const [command = programs.postgres, ...words] = [
    ...[...launch.prefix, programs.postgres, "-D", cluster, "-c", "listen_addresses="],
    ...["-c", `unix_socket_directories=${sockets}`],
  ];
  const child = spawn(command, words, {
    stdio: "ignore",
    ...identity(launch),
    env: { TZ: "UTC", ...environment },
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const url = (name: string) => `postgres://sharewell@localhost/${name}?host=${encodeURIComponent(sockets)}`;
  await waitFor("the database", () =>
    queryOnce(url("postgres"), "create database sharewell").then(
      () => true,
      () => undefined,
    ),
  );
  return {
    url: url("sharewell"),
    stop: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}
