/** Endless and odd texts from strangers: every function that reads them takes linear time. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { redactText } from "../../src/net/redact.ts";
import { normaliseAddress, withoutTracking } from "../../src/pages/page.ts";
import { clip, tidy } from "../../src/pages/reading/words.ts";
import { callSafely } from "../../src/platforms/call/request.ts";
import { toLittleText } from "../../src/platforms/linkedin/text.ts";
import { readTypedServer } from "../../src/platforms/mastodon/address.ts";
import { countCharacters, readHtml } from "../../src/platforms/mastodon/text/text.ts";
import { withAddress } from "../../src/platforms/posts/address-in-text.ts";
import { recognise } from "../../src/platforms/posts/recognise.ts";
import { linksIn } from "../../src/platforms/threads/text.ts";
import { restore } from "../../src/platforms/twitter/text.ts";
import { pieces, surroundings } from "../stress/hostile/texts.ts";

const since = new Date(0);
const readers: readonly (readonly [string, number, (text: string) => unknown])[] = [
  ["the HTML of a post", 400_000, readHtml],
  [
    "the count of a server",
    100_000,
    (text) => countCharacters(text, { unit: "graphemes", charactersPerUrl: 23 }),
  ],
  [
    "the search for a post",
    400_000,
    (text) =>
      recognise([{ id: "7", text, links: [text], createdAt: since }], 3, {
        ...{ text: "a post", url: "https://coast.example/" },
        firstSentAt: since,
      }),
  ],
  ["the log", 100_000, (text) => redactText(text, ["a secret"])],
  ["a text in LinkedIn's signs", 100_000, toLittleText],
  ["the links of a text", 100_000, linksIn],
  ["an address in a text", 100_000, (text) => withAddress(text, "https://coast.example/")],
  ["a page's path", 20_000, (text) => normaliseAddress(`https://coast.example/${text}`)],
  ["a page's parameters", 20_000, (text) => withoutTracking(`https://coast.example/?${text}`)],
  ["a word that is shown", 400_000, (text) => clip(tidy(text), 300)],
  [
    "a server that is typed",
    100_000,
    (text) => {
      try {
        return readTypedServer(text);
      } catch (error) {
        return error;
      }
    },
  ],
];

/** In CPU time of this thread. A pattern that restarts at every character takes at least ten times as long. */
const MOST_MS = 1_500;

test.each(readers)("%s", (_, size, read) => {
  const slow = pieces.flatMap((piece) =>
    surroundings.flatMap(([before, after]) => {
      const text = before + piece.repeat(size / piece.length) + after;
      const start = process.threadCpuUsage();
      read(text);
      const { user, system } = process.threadCpuUsage(start);
      const took = (user + system) / 1_000;
      return took > MOST_MS ? [`${JSON.stringify(before + piece)}: ${Math.round(took)} ms`] : [];
    }),
  );
  expect(slow).toEqual([]);
});

test("a bracket that was opened before an address ends it, and so do all that follow", () => {
  expect(toLittleText("(see https://a.example/b_(c)).")).toBe("\\(see https://a.example/b%5F%28c%29\\).");
  expect(toLittleText("https://a.example/x_).)!")).toBe("https://a.example/x\\_\\).\\)!");
});

test("links that stand within what they stand for do not double without end", () => {
  const url = { url: "a", expanded_url: "aaaaaaaaaa" };
  const post = {
    id: "1",
    created_at: since,
    text: "a",
    entities: { urls: Array.from({ length: 90 }, () => url) },
  };
  expect(restore(post).text.length).toBeLessThan(2_000_000);
});

test("a server that counts an address as a billion characters costs no more than another", () => {
  const count = (charactersPerUrl: number) =>
    countCharacters("See https://a.example.com/b and https://a.example.com/c.", {
      unit: "graphemes",
      charactersPerUrl,
    });
  expect(count(23)).toBe(4 + 23 + 5 + 23 + 1);
  expect(count(1_000_000_000)).toBe(2_000_000_010);
});

let server: Server;
let origin: string;
const answers: Record<string, string> = {
  "/lists": `[${"[],".repeat(400_000)}0]`,
  "/objects": `{"links":[${"{},".repeat(200_000)}{}]}`,
  "/deep": `${"[".repeat(300_000)}${"]".repeat(300_000)}`,
  "/long": JSON.stringify({ words: "a".repeat(3_000_000) }),
  "/usual": JSON.stringify({
    posts: Array.from({ length: 40 }, () => ({ words: "a, b [c] {d}".repeat(100) })),
  }),
};
beforeAll(async () => {
  server = createServer((request, response) => {
    const headers = { "content-type": "application/json", connection: "close" };
    response.writeHead(200, headers).end(answers[request.url ?? ""]);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  origin = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each(["/lists", "/objects", "/deep", "/long"])("an answer like %s is not believed", async (path) => {
  const answer = await callSafely(fetch, { method: "GET", url: `${origin}${path}` });
  expect(answer).toMatchObject({ status: 200, body: undefined });
});

test("an answer of many long posts is read", async () => {
  const answer = await callSafely(fetch, { method: "GET", url: `${origin}/usual` });
  expect(answer.body).toMatchObject({ posts: expect.any(Array) });
});
