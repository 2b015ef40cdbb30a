import { expect, test } from "vitest";
import { readBudget } from "../../../src/platforms/call/rate-budget.ts";

const names = { remaining: "x-left", reset: "x-reset" };
const read = (headers: Record<string, string>) =>
  readBudget(new Headers(headers), names, {
    ...{ of: "account", span: "short" },
    toDate: (value) => new Date(value),
  });

test("a budget is what both headers say, and none if either cannot be read", () => {
  const reset = "2026-06-01T12:00:00Z";
  expect(read({ "x-left": "3", "x-reset": reset })).toEqual([
    { of: "account", span: "short", remaining: 3, resetsAt: new Date(reset) },
  ]);
  expect(read({ "x-left": "3", "x-reset": "tomorrow" })).toEqual([]);
  expect(read({ "x-left": "many", "x-reset": reset })).toEqual([]);
  expect(read({ "x-left": "3" })).toEqual([]);
});
