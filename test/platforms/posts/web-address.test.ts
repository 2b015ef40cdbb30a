import { expect, test } from "vitest";
import { readWebAddress, toWebAddress, webAddress } from "../../../src/platforms/posts/web-address.ts";

test.each([
  ["https://mastodon.example/@ana/1", "https://mastodon.example/@ana/1"],
  ["HTTP://Mastodon.Example", "http://mastodon.example/"],
  ["https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"],
  ["https://mastodon.example/\n1", "https://mastodon.example/1"],
])("%j may be shown as a link", (text, address) => {
  expect(webAddress.safeParse(text).data).toBe(address);
  expect(readWebAddress(text)).toBe(address);
});

test.each([
  "javascript:alert(1)",
  "JavaScript:alert(1)",
  " javascript:alert(1)",
  "java\tscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "file:///etc/passwd",
  "ftp://mastodon.example/1",
  "blob:https://mastodon.example/1",
  "mailto:ana@mastodon.example",
  "https://ana:secret@mastodon.example/1",
  "https://mastodon.social@evil.example/1",
  "//mastodon.example/1",
  "/@ana/1",
  "https://",
  "",
])("%j may not", (text) => {
  expect(webAddress.safeParse(text).success).toBe(false);
  expect(readWebAddress(text)).toBeUndefined();
  expect(() => toWebAddress(text)).toThrow(/none of the web/);
});

test("what is not there, or endless, is no address", () => {
  expect([readWebAddress(null), readWebAddress(undefined)]).toEqual([undefined, undefined]);
  expect(webAddress.safeParse(`https://mastodon.example/${"a".repeat(5_000)}`).success).toBe(false);
});
