/** Names that others chose: limited in length, on one line, and in their own direction. */
import { expect, test } from "vitest";
import { groupName } from "../../src/connections/change-groups.ts";
import { boundAccount } from "../../src/connections/columns/account.ts";
import { readPageLink } from "../../src/pages/page.ts";
import { nameShape } from "../../src/people/details.ts";
import { toWebAddress } from "../../src/platforms/posts/web-address.ts";
import { tidyName } from "../../src/words/names.ts";

test.each([
  ["Ana Lima", "Ana Lima"],
  ["  Ana\n\tLima\u2028", "Ana Lima"],
  ["Ana\u202eamiL\u2066!", "AnaamiL!"],
  ["\u200fAna\u00ad\u061c", "Ana"],
  ["\u3164\u2800\u200b", ""],
  ["Ana\u0000\u0007\ud800", "Ana \ufffd"],
  ["👨‍👩‍👧‍👦 Família 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧‍👦 Família 🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
  ["می‌خواهم", "می‌خواهم"],
  [`Z${"\u0335".repeat(500)}o`, "o"],
  ["x".repeat(500_000), `${"x".repeat(99)}…`],
])("a name is one line that turns nothing around: %j", (name, tidied) => {
  expect(tidyName(name, 100)).toBe(tidied);
});

test("whatever a server says of an account is kept within bounds", () => {
  const account = {
    ...{ id: "1@example.social", username: "ana@example.social", displayName: "A".repeat(500_000) },
    ...{
      avatarUrl: toWebAddress(`https://example.social/${"a".repeat(3_000)}`),
      extra: { origin: "https://example.social" },
    },
  };
  const bounded = boundAccount(account);
  expect(bounded).toEqual({ ...account, avatarUrl: undefined, displayName: `${"A".repeat(99)}…` });
  expect(boundAccount({ ...account, displayName: "\u202e" }).displayName).toBe("ana@example.social");
  expect(boundAccount({ ...account, username: "a".repeat(500_000) }).username).toHaveLength(320);
  for (const tooLong of [
    { id: "1".repeat(500_000) },
    { grantedBy: "1".repeat(9_000) },
    { extra: { more: "x".repeat(500_000) } },
  ])
    expect(() => boundAccount({ ...account, ...tooLong })).toThrow("more data about this account");
});

test("a name that shows nothing is none, of a person or a group", () => {
  expect(nameShape.safeParse("\u200b\u202e").error?.issues[0]?.message).toBe("Enter your name.");
  const group = groupName.safeParse("\u2066");
  expect(group.error?.issues[0]?.message).toBe("Give the group a name.");
  expect(nameShape.parse(" Ana\u202e Lima ")).toBe("Ana Lima");
});

test("the title that a link gives to its page turns nothing around", () => {
  expect(readPageLink({ url: "https://a.example/", title: "Good\u202e news" })).toMatchObject({
    link: { title: "Good news" },
  });
});
