/** What Meta's headers say of used-up limits: docs/networks/facebook.md. */
import { expect, test } from "vitest";
import { readRegainMs, readUsage } from "../../../src/platforms/meta/usage.ts";

const now = new Date("2026-06-01T12:00:00Z");
const inAnHour = new Date("2026-06-01T13:00:00Z");
const none = { call_count: 10, total_time: 20, total_cputime: 30 };
const headers = (app: object | undefined, account?: object) =>
  new Headers({
    ...(app === undefined ? {} : { "x-app-usage": JSON.stringify(app) }),
    ...(account === undefined ? {} : { "x-business-use-case-usage": JSON.stringify({ "123": [account] }) }),
  });

test("below a hundred per cent nothing is used up", () => {
  expect(readUsage(headers(none, { ...none, estimated_time_to_regain_access: 0 }), now)).toEqual([]);
  expect(readUsage(headers({ ...none, call_count: 99 }), now)).toEqual([]);
  expect(readUsage(new Headers({ "x-app-usage": "soon" }), now)).toEqual([]);
});

test.each([
  "call_count",
  "total_time",
  "total_cputime",
])("an app whose %s is used up waits for an hour", (count) => {
  const app = { of: "app", span: "short", remaining: 0, resetsAt: inAnHour };
  expect(readUsage(headers({ ...none, [count]: 100 }), now)).toEqual([app]);
});

test("an account waits for the minutes that the header names, or for an hour", () => {
  const told = { ...none, estimated_time_to_regain_access: 5 };
  const account = { of: "account", span: "short", remaining: 0 };
  expect(readUsage(headers(undefined, told), now)).toEqual([
    { ...account, resetsAt: new Date("2026-06-01T12:05:00Z") },
  ]);
  expect(readRegainMs(headers(undefined, told))).toBe(300_000);
  expect(readUsage(headers(undefined, { ...none, total_time: 100 }), now)).toEqual([
    { ...account, resetsAt: inAnHour },
  ]);
  expect(readRegainMs(new Headers())).toBe(0);
});
