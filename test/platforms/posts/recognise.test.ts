import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Listed, recognise } from "../../../src/platforms/posts/recognise.ts";

const now = new Date("2026-11-23T12:00:00Z");
const post = {
  text: "Worth a read: “quotes” – 1️⃣ 👍\n\nhttps://blog.example.com/a?b=c",
  url: "https://blog.example.com/a?b=c",
  firstSentAt: now,
};

function listed(text: string, more: Partial<Listed> = {}): Listed {
  return { id: "7", text, links: [], createdAt: now, ...more };
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

test("a post with a link to another page of the site is another one", () => {
  expect(recognise([listed(post.text.replace("b=c", "b=d"))], 20, post)).toBe("absent");
});

test.each([
  ["other words", post.text.replace("Worth", "Not worth")],
  ["another pictograph", post.text.replace("👍", "👎")],
])("a post with our link and %s leaves the question open", (_, text) => {
  expect(recognise([listed(text)], 20, post)).toBe("unknown");
});

test("a post with other words that leads to our page leaves the question open", () => {
  expect(recognise([listed("Look", { links: [post.url] })], 20, post)).toBe("unknown");
});

test("a post from before the share was sent is another one, but clocks may differ by two minutes", () => {
  const at = (seconds: number) => listed(post.text, { createdAt: new Date(now.getTime() + seconds * 1_000) });
  expect(recognise([at(-27 * 3_600)], 20, post)).toBe("absent");
  expect(recognise([at(-119)], 20, post)).toMatchObject({ text: post.text });
  expect(recognise([at(600)], 20, post)).toMatchObject({ text: post.text });
});

test.each([
  ["an hour early, by a clock that is wrong", new Date(now.getTime() - 3_600_000)],
  ["early by its zone", new Date(now.getTime() - 14 * 3_600_000)],
  ["at the beginning of its day", new Date("2026-11-23T00:00:00Z")],
  ["at no time that can be read", new Date(Number.NaN)],
])("our post made %s proves nothing, and another share's is none of ours", (_, createdAt) => {
  const early = listed(post.text, { createdAt });
  const redrawn = listed(post.text.split("\n")[0] ?? "", { createdAt, links: [post.url] });
  expect(recognise([early], 20, post)).toBe("unknown");
  expect(recognise([redrawn], 20, post)).toBe("unknown");
  const others = { posts: [{ platformPostId: "7", url: undefined }], inDoubt: { before: 0, after: 0 } };
  expect(recognise([early], 20, { ...post, others })).toBe("absent");
});

describe("of shares with the same words", () => {
  const inDoubt = { before: 0, after: 0 };
  const both = [listed(post.text, { id: "2" }), listed(post.text, { id: "1" })];

  test("the post of another is none of ours, by its id or its link", () => {
    const byId = { inDoubt, posts: [{ platformPostId: "2", url: undefined }] };
    expect(recognise(both, 20, { ...post, others: byId })).toBe(both[1]);
    const linked = listed(post.text, { permalink: "https://social.example/@ana/7" });
    const byLink = { inDoubt, posts: [{ platformPostId: undefined, url: "https://social.example/@ana/7" }] };
    expect(recognise([linked], 20, { ...post, others: byLink })).toBe("absent");
  });

  test("a server that lists posts by other ids than it answered has one for each, or none is ours", () => {
    const sameWordsAt = new Date(now.getTime() - 60_000);
    const others = { inDoubt, posts: [{ platformPostId: "not listed", url: undefined, sameWordsAt }] };
    expect(recognise(both.slice(1), 20, { ...post, others })).toBe("unknown");
    expect(recognise(both, 20, { ...post, others })).toBe(both[0]);
    expect(recognise([], 20, { ...post, others })).toBe("absent");
    const old = { ...others, posts: others.posts.map((each) => ({ ...each, sameWordsAt: new Date(0) })) };
    expect(recognise(both.slice(1), 20, { ...post, others: old })).toBe(both[1]);
  });

  test("that are in doubt too, each has the post at its place, once there is one for each", () => {
    const rank = (before: number, after: number) =>
      recognise(both, 20, { ...post, others: { posts: [], inDoubt: { before, after } } });
    expect([rank(0, 1), rank(1, 0)]).toEqual([both[1], both[0]]);
    expect(rank(1, 1)).toBe("unknown");
    expect(recognise([], 20, { ...post, others: { posts: [], inDoubt: { before: 1, after: 0 } } })).toBe(
      "absent",
    );
  });
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

const shared = "https://blog.example.com/2026/why-we-moved?page=2";
const sent = (text: string) => ({ text: `${text}\n\n${shared}`, url: shared, firstSentAt: now });

/** Texts as real servers returned them, read like their HTML: with links written out. */
const renderings: readonly [who: string, sent: string, listed: string, link?: string][] = [
  [
    "Sharkey 2024.9 swallows what looks like a tag",
    "Use <word> and List<String> in **bold** type",
    `Use and List in bold type ${shared}`,
  ],
  [
    "Sharkey leaves what it does not know",
    "$[tada Party] time :blobcat: for us",
    `Party time for us ${shared}`,
  ],
  [
    "snac 2.94 gives back what was never escaped",
    "Fish & chips <3 and a < b > c",
    `Fish & chips <3 and a < b > c\n\n${shared}`,
  ],
  ["snac makes its own markup", "This is *really* `code`", `This is really code ${shared}`],
  [
    "Enable Mastodon Apps 1.6 turns Markdown into HTML and loses <word>",
    "## News\n\n- one\n- two <word> [our page](https://other.example/x)",
    `News one two https://other.example/x ${shared}`,
  ],
  ["WordPress sets quotes and dashes", `"Don't" -- he said... 9x9`, `“Don’t” – he said… 9×9 ${shared}`],
  ["entities are escaped twice", `Fish & chips "now"`, `Fish &amp; chips &quot;now&quot; ${shared}`],
  ["blanks are such that do not break", "Prix : 5 €", `Prix\u00a0: 5\u202f€ ${shared}`],
  ["paragraphs are lost", "One\n\nTwo", `OneTwo${" "}${shared}`],
  ["pictures stand for pictographs", "We moved! 🎉🏡", `We moved! ${shared}`],
  ["pictographs have names", "We moved! 🎉", `We moved! :tada: ${shared}`],
  ["mentions are looked up", "Thanks @bob@social.example for it", `Thanks @bob for it ${shared}`],
  ["hashtags are links", "Read #this and #that", `Read #this and #that ${shared}`],
  [
    "a host without a scheme becomes a link",
    "See blog.example.com for more",
    `See http://blog.example.com for more ${shared}`,
  ],
  [
    "long texts are cut",
    "A long text that nobody has the room for, and so it goes on and on",
    `A long text that nobody has the room for… ${shared}`,
  ],
  ["the link is put at the end once more", "Short words", `Short words ${shared} ${shared}`],
  ["a quote begins with RE:", "Short words", `Short words ${shared}\n\nRE: https://social.example/@bob/1`],
  ["the last slash is added", "Short words", "Short words", shared.replace("?", "/?")],
  ["the scheme is the other", "Short words", "Short words", shared.replace("https:", "http:")],
  ["parameters are added", "Short words", "Short words", `${shared}&utm_source=social&fbclid=x`],
  ["its ampersands stay escaped", "Short words", "Short words", `${shared}&amp;utm_source=social`],
];

test.each(renderings)("%s: the post is known by its link and its words", (_, words, text, link = shared) => {
  const ours = listed(text, { links: [link] });
  expect(recognise([listed("Something else"), ours], 20, sent(words))).toBe(ours);
});

test.each(renderings)("%s: what only resembles it is not taken for ours", (_, words, text, link = shared) => {
  const [first = ""] = words.split(" ");
  const others = [
    listed(`Quite another thing to say of it ${link}`, { links: [link] }),
    listed(text, { links: [link], createdAt: new Date(now.getTime() - 600_000) }),
    listed(text.replaceAll(shared, "").replace(link, ""), {
      links: [link.replace("/2026/", "/2025/")],
    }),
    listed(first, { links: [] }),
  ];
  for (const other of others) expect(recognise([other], 20, sent(words))).not.toBe(other);
});

test("of two posts with our link and words like ours, neither is taken", () => {
  const [one, other] = [
    listed(`We moved ${shared}`, { links: [shared] }),
    listed(`We moved! ${shared}`, { links: [shared] }),
  ];
  expect(recognise([one, other], 20, sent("**We moved** <now>"))).toBe("unknown");
});

test("another part of a series is another post, however alike", () => {
  const other = listed(`What we learned when we moved, part 2 ${shared}`, { links: [shared] });
  expect(recognise([other], 20, sent("What we learned when we moved, part 1"))).toBe("unknown");
});

test.each([
  ["a shortened one", ["https://sho.rt/x"]],
  ["none", []],
])("our words with %s for our link leave the question open", (_, links) => {
  expect(recognise([listed("Why we moved at all", { links })], 20, sent("Why we moved at all"))).toBe(
    "unknown",
  );
});

test("our words with a link to another page of the site are another post", () => {
  const other = listed("New on the blog", { links: ["https://blog.example.com/other"] });
  expect(recognise([other], 20, sent("New on the blog"))).toBe("absent");
});

test("a full page that is not in the order of time proves nothing, but for a few at its head", () => {
  const at = (minutes: number) => listed("Other", { createdAt: new Date(now.getTime() + minutes * 60_000) });
  expect(recognise([-90, -60, -30, -10].map(at), 4, post), "oldest first").toBe("unknown");
  expect(recognise([5, -60, 4, -90].map(at), 4, post), "in no order").toBe("unknown");
  expect(recognise([-900, -800, 5, -60].map(at), 4, post), "pinned ones first").toBe("absent");
  expect(recognise([-90, -60, -30, -10].map(at), 5, post), "all there is").toBe("absent");
});

const words = fc.array(fc.stringMatching(/^[a-zäñ]{4,9}$/), { minLength: 6, maxLength: 30 });
const decoration = fc.constantFrom(
  (word: string) => [`**${word}**`, word],
  (word: string) => [`<b${word}> ${word}`, word],
  (word: string) => [`#${word}`, `#${word}`],
  (word: string) => [`${word} & co`, `${word} &amp; co`],
  (word: string) => [`[${word}](https://a.example/)`, "https://a.example/"],
  (word: string) => [`"${word}"`, `“${word}”`],
  (word: string) => [`${word} 🎉`, `${word} :tada:`],
  (word: string) => [word, word],
);

test("however a server mixes these, ours is found, and with other words it is not", () => {
  const pieces = words.chain((list) => fc.tuple(...list.map((word) => decoration.map((draw) => draw(word)))));
  fc.assert(
    fc.property(pieces, words, (drawn, otherWords) => {
      const side = (index: number) => drawn.map((piece) => piece[index]).join(" ");
      const ours = listed(`${side(1)} ${shared}`, { links: [shared] });
      const other = listed(`${otherWords.join(" ")} ${shared}`, { links: [shared] });
      expect(recognise([other, ours], 20, sent(side(0)))).toBe(ours);
      expect(recognise([other], 20, sent(side(0)))).toBe("unknown");
    }),
  );
});

test("texts made to be slow are read in no time", () => {
  const hostile = ["<", "[", "[a](", "$[", ":a", "a.", "@a@", "&#1", "a-", "…", "😀", "RE:"].map((piece) =>
    piece.repeat(20_000),
  );
  const started = performance.now();
  for (const text of hostile) recognise([listed(text, { links: [shared] })], 20, sent(text));
  expect(performance.now() - started).toBeLessThan(20_000);
});
