import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import type { PlatformName } from "../../../src/platforms/platform.ts";
import { fitText, shortenMessage } from "../../../src/sharing/requests/compose.ts";
import { openPlatforms, type TestPlatforms } from "../../harness/networks/platforms.ts";

let emulator: Emulator;
let platforms: TestPlatforms;
beforeAll(async () => {
  emulator = await startEmulator();
  platforms = openPlatforms(emulator);
});
afterAll(() => emulator.stop());

const url = "https://blog.example.com/lighthouse";
const compose = (linkParameters = "") => ({ platforms, config: { linkParameters } });

function connectionOn(platform: PlatformName): Connection {
  const server = {
    ...{ origin: "https://social.example", accountId: "1", accountDomain: "social.example" },
    ...{ maxCharacters: 500, charactersPerUrl: 23, unit: "graphemes" },
  };
  const extra = platform === "mastodon" ? server : {};
  return {
    id: randomUUID(),
    userId: "ana",
    platform,
    account: { id: "1", username: "ana", displayName: "Ana", extra },
    status: "active",
    problem: undefined,
    scopes: [],
    endsAt: undefined,
    givenAt: new Date(0),
    createdAt: new Date(),
    revokedAt: undefined,
  };
}

test("what is written for one account alone takes the place of the message there, and only there", () => {
  const [x, mastodon] = [connectionOn("twitter"), connectionOn("mastodon")];
  const words = { message: "For all", url, ownMessages: { [x.id]: " For X ", [mastodon.id]: "  " } };
  expect(fitText(compose(), x, words)).toMatchObject({ text: `For X\n\n${url}`, ownMessage: "For X" });
  expect(fitText(compose(), mastodon, words)).toMatchObject({
    text: `For all\n\n${url}`,
    ownMessage: undefined,
  });
});

test("what is written for one network takes the place of the message on its accounts, unless it is blank or an account has its own text", () => {
  const [x, mastodon] = [connectionOn("twitter"), connectionOn("mastodon")];
  const text = (connection: Connection, networkMessages: object, ownMessages = {}) =>
    fitText(compose(), connection, { message: "For all", url, networkMessages, ownMessages });
  const networkMessages = { twitter: " For X ", mastodon: " \n " };
  expect(text(x, networkMessages)).toMatchObject({ text: `For X\n\n${url}`, ownMessage: "For X" });
  expect(text(mastodon, networkMessages)).toMatchObject({
    text: `For all\n\n${url}`,
    ownMessage: undefined,
  });
  expect(text(x, networkMessages, { [x.id]: "For this one" }).text).toBe(`For this one\n\n${url}`);
});

test("the operator's parameters are added to each network's link, with its name, and a link's own win", () => {
  const runtime = compose("utm_source={network}&utm_medium=social");
  const share = (platform: PlatformName, page: string, message = "") =>
    fitText(runtime, connectionOn(platform), { message, url: page });
  expect(share("twitter", url).text).toBe(`${url}?utm_source=twitter&utm_medium=social`);
  expect(share("linkedin", url).url).toBe(`${url}?utm_source=linkedin&utm_medium=social`);
  expect(share("mastodon", `${url}?a=1&utm_source=letter`).url).toBe(
    `${url}?a=1&utm_source=letter&utm_medium=social`,
  );
  // A person who types the address wants it there, and it appears once.
  expect(share("twitter", url, `Read ${url} today`).text).toBe(`Read ${url} today`);
});

/** Accounts whose limit a message can reach: the longest that is accepted at all has 10,000 characters. */
const limited = ["instagram", "threads", "twitter", "linkedin", "mastodon"] as const;

/** The network's own tests check the count; this one checks that nothing is cut apart. */
describe.each(limited)("a message that is too long for %s", (platform) => {
  const shorten = (message: string) => shortenMessage(compose(), connectionOn(platform), { message, url });
  const fits = (message: string) => {
    const { length, limit } = fitText(compose(), connectionOn(platform), { message, url });
    return length <= limit;
  };
  const longest = () => fitText(compose(), connectionOn(platform), { message: "", url }).limit;

  test("is whole up to the last character that fits", () => {
    const one = fitText(compose(), connectionOn(platform), { message: "a", url });
    const message = "a".repeat(one.limit - one.length + 1);
    expect(shorten(message)).toBe(message);
    const short = shorten(`${message}a`);
    expect(short).toMatch(/^a+…$/);
    expect([fits(short), fits(`a${short}`)]).toEqual([true, false]);
  });

  test("is cut between words, near the limit, with … for the rest", () => {
    const message = "The ships came home to the village at the point. ".repeat(Math.ceil(longest() / 40));
    const short = shorten(message);
    expect(fits(short)).toBe(true);
    expect(short.endsWith("…")).toBe(true);
    expect(message.startsWith(`${short.slice(0, -1)} `)).toBe(true);
    expect(fits(`${short.slice(0, -1)} and twenty characters more…`)).toBe(false);
  });

  test("is cut within a script that has no blanks, but never within a character", () => {
    const message = "海の灯台は霧の中でささやく。".repeat(Math.ceil(longest() / 14) + 5);
    expect(fits(shorten(message))).toBe(true);
    expect(shorten(message).length).toBeGreaterThan(longest() / 4);
  });

  test("keeps addresses, tags, mentions and characters whole, whatever it is made of", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          "https://example.com/a-very/long/path?x=1#y",
          "www.example.org/page",
          "#lighthouse",
          "@ana@social.example",
        ],
        ...["👩‍👩‍👧‍👦", "e\u0301", "🇵🇹", "word", "Donaudampfschifffahrt", "日本語", "مرحبا", "\n\n", "…"],
      ),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    );
    const message = fc
      .array(fc.tuple(piece, fc.constantFrom(" ", "", "\n")), { maxLength: 40 })
      .map((parts) => parts.flat().join(""))
      // Long enough that something has to be cut.
      .map((text) => text.repeat(Math.ceil((longest() * 1.2) / Math.max(40, text.length))));
    fc.assert(
      fc.property(message, (raw) => {
        const text = raw.trim();
        const short = shorten(text);
        expect(fits(short)).toBe(true);
        if (short === text || short === "") return;
        expect(short.endsWith("…")).toBe(true);
        const kept = short.slice(0, -1);
        expect(text.startsWith(kept)).toBe(true);
        const graphemes = new Set([...new Intl.Segmenter().segment(text)].map(({ index }) => index));
        expect(graphemes.has(kept.length) || /\s/.test(text.charAt(kept.length))).toBe(true);
        // The word at the cut is whole, if there is more than one word.
        const before = /\S*$/.exec(kept)?.[0] ?? "";
        const word = before + (/^\S*/.exec(text.slice(kept.length))?.[0] ?? "");
        if (/[#@]|:\/\//.test(word)) expect(before === word || before === "").toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

test.each([
  "lighthouse.example/of/the/point",
  "https://lighthouse.example/of/the/point",
  "#lighthouseofthepoint",
  "@lighthouse@social.example",
])("%s at the end of what fits is left out as a whole", (word) => {
  const shorten = (message: string) =>
    shortenMessage(compose(), connectionOn("threads"), { message, url: "https://a.example/" });
  const { limit } = fitText(compose(), connectionOn("threads"), { message: "", url });
  // So long that a cut within it would keep more than a cut between words.
  const words = "ab ".repeat(Math.floor(limit / 6));
  expect(shorten(`${words}${word}${"x".repeat(limit)}`)).toBe(`${words.trim()}…`);
});

test("nothing is kept of a message for which the address alone leaves no room", () => {
  const long = `https://blog.example.com/${"a".repeat(3_000)}`;
  const words = { message: "The ships came home", url: long };
  expect(shortenMessage(compose(), connectionOn("instagram"), words)).toBe("");
});
