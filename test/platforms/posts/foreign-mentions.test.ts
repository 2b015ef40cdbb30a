/** What a fediverse handle becomes on networks that have handles without a server. */
import twitter from "twitter-text";
import { expect, test } from "vitest";
import { withoutForeignMentions } from "../../../src/platforms/posts/foreign-mentions.ts";

test("a handle with a server reads the same and mentions nobody", () => {
  const text = "With @alice@mastodon.example and (@ben.b@social.example).";
  const written = withoutForeignMentions(text);
  expect(written.replaceAll("\u2060", "")).toBe(text);
  expect(written).not.toMatch(/@[\p{L}\p{N}_]+@/u);
});

test("short handles, email addresses and links stay as they are", () => {
  for (const text of [
    "Thanks @alice!",
    "Write to ana@blog.example.com",
    "https://mastodon.example/@alice@other.example",
    "@alice@home",
  ])
    expect(withoutForeignMentions(text)).toBe(text);
});

test("X itself takes a handle with a server for no mention", () => {
  expect(twitter.extractMentions("With @alice@mastodon.example")).toEqual([]);
  expect(twitter.extractMentions("With @alice")).toEqual(["alice"]);
});
