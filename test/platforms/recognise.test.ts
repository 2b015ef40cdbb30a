import { expect, test } from "vitest";
import { type Listed, recognise } from "../../src/platforms/recognise.ts";

const now = new Date("2026-11-23T12:00:00Z");
const post = {
  text: "Worth a read: “quotes” – 1️⃣ 👍\n\nhttps://blog.example.com/a?b=c",
  url: "https://blog.example.com/a?b=c",
  firstSentAt: now,
};

function listed(text: string, more: Partial<Listed> = {}): Listed {
  return { text, links: [], createdAt: now, ...more };
}

test.each([
  ["as it was sent", post.text],
  ["with other quotes, dashes and blanks", 'Worth  a read: "quotes" - 1️⃣ 👍 https://blog.example.com/a?b=c'],
  ["in other case and by plain http", "worth a read: 'quotes' 1️⃣👍 http://BLOG.example.com/a?b=c"],
])("a post is the same %s", (_, text) => {
  const same = listed(text);
  expect(recognise([listed("Something else"), same], 20, post)).toBe(same);
});

test("an address is the same with an internationalised name or path in either form", () => {
  const shared = { ...post, text: "See https://bücher.example/ä", url: "https://bücher.example/ä" };
  const same = listed("See https://xn--bcher-kva.example/%C3%A4");
  expect(recognise([same], 20, shared)).toBe(same);
});

test("a mention is the same with and without its server", () => {
  const same = listed("Thanks @bob");
  expect(recognise([same], 20, { ...post, text: "Thanks @bob@social.example" })).toBe(same);
});

test.each([
  ["other words", post.text.replace("Worth", "Not worth")],
  ["another pictograph", post.text.replace("👍", "👎")],
  ["another page", post.text.replace("b=c", "b=d")],
])("a post with %s is another one", (_, text) => {
  expect(recognise([listed(text)], 20, post)).toBe("absent");
});

test("a post with other words that leads to our page leaves the question open", () => {
  expect(recognise([listed("Look", { links: [post.url] })], 20, post)).toBe("unknown");
});

test("a post from before the share was sent is another one, but clocks may differ by two minutes", () => {
  const at = (seconds: number) => listed(post.text, { createdAt: new Date(now.getTime() + seconds * 1_000) });
  expect(recognise([at(-121)], 20, post)).toBe("absent");
  expect(recognise([at(-119)], 20, post)).toMatchObject({ text: post.text });
  expect(recognise([at(600)], 20, post)).toMatchObject({ text: post.text });
});

test("a list that is full of newer posts may have more behind it", () => {
  const others = Array.from({ length: 5 }, (_, index) => listed(`Other ${index}`));
  expect(recognise(others, 5, post)).toBe("unknown");
  expect(recognise(others, 6, post)).toBe("absent");
  const older = listed("Older", { createdAt: new Date(now.getTime() - 600_000) });
  expect(recognise([...others.slice(1), older], 5, post)).toBe("absent");
});

test("without a time of sending, its words alone tell", () => {
  const { firstSentAt: _, ...unsent } = post;
  const old = listed(post.text, { createdAt: new Date(0) });
  expect(recognise([old], 20, unsent)).toBe(old);
});
