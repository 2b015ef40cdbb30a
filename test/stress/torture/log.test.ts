import { expect, test } from "vitest";
import { readFailures } from "./log.ts";

function line(msg: string, err: object): string {
  return JSON.stringify({ level: 50, time: 1, msg, err });
}

test("of what failed under torture the database's absence excuses everything but refusals and broken code", () => {
  const away = line("a page failed", {
    type: "Error",
    message: "connect ECONNREFUSED",
    code: "ECONNREFUSED",
  });
  const starting = line("the waking failed", {
    ...{ type: "DrizzleQueryError", message: "Failed query: select 1" },
    cause: { type: "error", message: "the database system is starting up", code: "57P03" },
  });
  const refused = line("a delivery failed unexpectedly", {
    ...{ type: "DrizzleQueryError", message: "Failed query: update" },
    cause: { type: "error", message: 'violates check constraint "social_shares_sent"', code: "23514" },
  });
  const broken = line("a page failed", { type: "TypeError", message: "x is undefined\nat y" });
  const { counts, wrong } = readFailures([
    `${away}\nnode: a warning\n${refused}\n`,
    `${starting}\n${broken}\n${away}`,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    "a page failed ECONNREFUSED: connect ECONNREFUSED": 2,
    "the waking failed 57P03: the database system is starting up": 1,
    'a delivery failed unexpectedly 23514: violates check constraint "social_shares_sent"': 1,
    "a page failed TypeError: x is undefined": 1,
  });
  expect([...wrong]).toEqual([
    'a delivery failed unexpectedly 23514: violates check constraint "social_shares_sent"',
    "a page failed TypeError: x is undefined",
  ]);
});
