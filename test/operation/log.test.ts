import { Writable } from "node:stream";
import type { Logger } from "pino";
import { expect, test } from "vitest";
import { z } from "zod";
import { asTask } from "../../src/net/task.ts";
import { createLog } from "../../src/operation/log.ts";
import { PlatformError } from "../../src/platforms/platform.ts";
import { say } from "../../src/words/words.ts";
import { waitFor } from "../harness/wait.ts";

const lineShape = z.looseObject({ msg: z.string(), level: z.number() });
type LogLine = z.infer<typeof lineShape>;

function openLog(countEveryMs: number): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(lineShape.parse(JSON.parse(chunk.toString("utf8"))));
      done();
    },
  });
  return { log: createLog("info", { to, countEveryMs }), lines };
}

const coded = (code: string, message = "It failed.") => Object.assign(new Error(message), { code });

test("what fails again and again is told once, counted, and said to be over", async () => {
  const { log, lines } = openLog(50);
  for (let times = 0; times < 100; times += 1) log.error({ err: coded("EIO") }, "the sweep failed");
  expect(lines.map(({ msg }) => msg)).toEqual(["the sweep failed"]);
  await waitFor("its end", async () => lines.find(({ msg }) => msg.startsWith("over")));
  expect(lines.slice(1)).toMatchObject([
    { msg: "still failing: the sweep failed", times: 99, seconds: 0.05 },
    { msg: "over: the sweep failed", times: 100 },
  ]);
});

test("whatever fails since the database is away is one failure", () => {
  const { log, lines } = openLog(60_000);
  log.error({ err: coded("ECONNREFUSED") }, "the sweep failed");
  log.error({ err: coded("57P01"), queue: "deliver-mastodon" }, "the queue could not be asked");
  log.error({ err: new Error("Failed query", { cause: coded("ECONNRESET") }) }, "queue");
  log.warn({ err: new Error("Odd"), database: "away", path: "/" }, "a page failed");
  log.warn({ err: new Error("timeout exceeded when trying to connect") }, "a lease could not be renewed");
  expect(lines).toMatchObject([{ msg: "the database is away", what: "the sweep failed" }]);
});

test("networks and mail servers that are away are not taken for the database, and each is told", () => {
  const { log, lines } = openLog(60_000);
  const refused = () => new TypeError("fetch failed", { cause: coded("ECONNREFUSED") });
  for (const network of ["one", "other", "one"])
    log.warn({ err: refused(), network }, "a network gave no answer");
  const told = new PlatformError("transient", { code: "x", message: say("No."), cause: coded("ENOTFOUND") });
  log.warn({ err: told }, "a delivery failed unexpectedly");
  log.error(
    { err: Object.assign(coded("ECONNREFUSED"), { command: "CONN" }) },
    "a notice could not be mailed",
  );
  expect(lines.map(({ msg }) => msg)).toEqual([
    "a network gave no answer",
    "a network gave no answer",
    "a delivery failed unexpectedly",
    "a notice could not be mailed",
  ]);
});

test("a page that failed has a line of its own each time, since people are given its number", () => {
  const { log, lines } = openLog(60_000);
  for (const requestId of ["one", "other"])
    asTask({ requestId }, () => log.error({ err: new Error("Bug."), requestId }, "a page failed"));
  expect(lines).toMatchObject([{ requestId: "one" }, { requestId: "other" }]);
});

test("lines that tell of no failure are never held back", () => {
  const { log, lines } = openLog(60_000);
  for (let times = 0; times < 3; times += 1) {
    log.warn({ event: "sign-in.refused", address: "192.0.2.1" }, "refused");
    log.info({ err: coded("EIO") }, "a try came to nothing");
  }
  expect(lines).toHaveLength(6);
});

test("a line says what it belongs to, and its own fields win", () => {
  const { log, lines } = openLog(60_000);
  asTask({ requestId: "r", network: "one" }, () =>
    asTask({ shareId: "s" }, () => log.info({ network: "two" }, "here")),
  );
  log.info("nowhere");
  expect(lines[0]).toMatchObject({ requestId: "r", shareId: "s", network: "two" });
  expect(lines[1]).not.toHaveProperty("requestId");
});
