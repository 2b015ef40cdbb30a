import { expect, test } from "vitest";
import { boundAccount } from "../../src/connections/columns/account.ts";

const account = { id: "1", username: "ana", displayName: "Ana Lima", extra: {} };

test.each([
  ["Ana\u202e amiL", "Ana amiL"],
  ["Ana\nposted by Ben", "Ana posted by Ben"],
  ["\u2066Ana\u2069", "Ana"],
  ["Ana \u0000\u0007", "Ana"],
  ["\u202e \n", "ana"],
  ["", "ana"],
  ["👩‍👩‍👧 Ana", "👩‍👩‍👧 Ana"],
])("the name %j is shown as %j", (displayName, shown) => {
  expect(boundAccount({ ...account, displayName }).displayName).toBe(shown);
});

test("a name without end is cut, a handle keeps the host at its end", () => {
  expect(boundAccount({ ...account, displayName: "A".repeat(500) }).displayName).toHaveLength(100);
  const username = `${"a".repeat(200)}@mastodon.example`;
  expect(boundAccount({ ...account, username }).username).toBe(username);
  expect(boundAccount({ ...account, username: "ana\u202e@mastodon.example" }).username).toBe(
    "ana@mastodon.example",
  );
});
