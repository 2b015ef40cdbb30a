import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { Parser } from "htmlparser2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPageLink } from "../../../src/pages/page.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const page = {
  url: "https://blog.example.com/lighthouse?a=1&b=2",
  title: "The lighthouse that learned to <whisper>",
  description: "Ninety years & more",
  image: "https://blog.example.com/l.jpg",
};

async function ask(parameters: Record<string, string> | string, headers: Record<string, string> = {}) {
  const query = typeof parameters === "string" ? parameters : new URLSearchParams(parameters).toString();
  const answer = await fetch(`${service.address}fragments/share-button?${query}`, { headers });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

/** The elements of a piece of HTML, with their texts. */
function readHtml(html: string) {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  let words = "";
  const parser = new Parser({
    onopentag: (name, attributes) => elements.push({ name, attributes }),
    ontext: (text) => {
      words += text;
    },
  });
  parser.end(html);
  return { elements, words: words.trim(), link: elements[0]?.attributes ?? {} };
}

test("it is one link to the share page, in a new tab, with all that was said of the page", async () => {
  const { status, headers, body } = await ask(page);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  const { elements, words, link } = readHtml(body);
  expect(elements.map(({ name }) => name)).toEqual([
    "a",
    "svg",
    "circle",
    "circle",
    "circle",
    "path",
    "span",
  ]);
  expect(words).toBe("Share");
  expect(link).toMatchObject({ target: "_blank", rel: "noopener", "aria-label": `Share: ${page.title}` });
  const address = new URL(link.href ?? "");
  expect(address.origin + address.pathname).toBe(`${service.address}social/share/`);
  expect(Object.fromEntries(address.searchParams)).toEqual(page);
  expect(elements[1]?.attributes["aria-hidden"]).toBe("true");
});

test("it is kept by caches, asked for again cheaply, sets no cookie and runs nothing", async () => {
  const { headers, body } = await ask(page);
  expect(headers.get("cache-control")).toMatch(/^public, max-age=\d+/);
  expect(headers.get("vary")).toBe("accept-encoding");
  expect(headers.get("set-cookie")).toBeNull();
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(body).not.toMatch(/<script|style=| on\w+=/);
  const etag = headers.get("etag") ?? "";
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  const again = await ask(page, { "if-none-match": `W/${etag}, "other"` });
  expect(again.status).toBe(304);
  expect(again.body).toBe("");
  expect(again.headers.get("etag")).toBe(etag);
  expect((await ask({ ...page, title: "Another" }, { "if-none-match": etag })).status).toBe(200);
});

test("its words can be in any language", async () => {
  const { words, link } = readHtml((await ask({ url: page.url, label: "Teilen" })).body);
  expect(words).toBe("Teilen");
  expect(link["aria-label"]).toBeUndefined();
});

test.each([
  ["", "It needs ?url="],
  ["url=", "It needs ?url="],
  ["url=blog.example.com/page", "must start with https://"],
  ["url=javascript:alert(1)", "must start with https://"],
  ["url=https://ana:secret@example.com/", "must not contain a user name or password"],
  ["url=https://example.com/&image=pic.png", "The picture's address"],
  ["url=https://example.com/&titel=Hallo", 'no parameter "titel"'],
  ["url=https://example.com/&url=https://example.org/", "more than once"],
  [`url=https://example.com/&label=${"x".repeat(61)}`, "label is longer"],
  [`url=https://example.com/${"x".repeat(2_000)}`, "longer than 2,000"],
  [`url=https://example.com/&description=${"x".repeat(9_000)}`, "shorten the description"],
])("bad parameters (%.40s) are told in a sentence, and not kept", async (query, sentence) => {
  const { status, headers, body } = await ask(query);
  expect(status).toBe(400);
  expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(body).toContain(sentence);
});

test("HEAD tells the same without the button; other methods and neighbours are not it", async () => {
  const address = `${service.address}fragments/share-button?${new URLSearchParams(page)}`;
  const head = await fetch(address, { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(Number(head.headers.get("content-length"))).toBeGreaterThan(500);
  expect((await fetch(address, { method: "POST" })).status).toBe(404);
  expect((await fetch(`${service.address}fragments/share-button2`)).status).toBe(404);
});

test("a query that is no text is answered like any other", async () => {
  const status = await new Promise<number | undefined>((done, fail) => {
    const { port, hostname } = new URL(service.address);
    httpRequest({ port, host: hostname, path: "/fragments/share-button?url=%ff%fe&%" }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on("error", fail)
      .end();
  });
  expect(status).toBe(400);
});

test("whatever a page's words are, they stay words", async () => {
  const words = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom('"><script>alert(1)</script>', "' onload='x", "</a><a href=//evil>", "&lt;b&gt;", "‮evil"),
  );
  await fc.assert(
    fc.asyncProperty(words, words, words, async (title, description, label) => {
      const { status, body } = await ask({
        url: "https://example.com/",
        title,
        description,
        label: label.slice(0, 40),
      });
      expect(status).toBe(200);
      const { elements, link } = readHtml(body);
      expect(elements).toHaveLength(7);
      const sent = Object.fromEntries(new URL(link.href ?? "").searchParams);
      const meant = readPageLink({
        url: "https://example.com/",
        title: title.toWellFormed(),
        description: description.toWellFormed(),
      });
      expect({ title: "", description: "", ...sent }).toEqual(
        "link" in meant ? { ...meant.link, image: sent.image } : {},
      );
    }),
    { numRuns: 300 },
  );
});

test("one network that asks far too often is told when to go on, and nobody else is", async () => {
  const proxied = await startTestService({ SOCIAL_TRUST_PROXY: "true" });
  try {
    const from = (address: string) =>
      fetch(`${proxied.address}fragments/share-button?${new URLSearchParams(page)}`, {
        headers: { "x-forwarded-for": address },
      });
    const { limits } = proxied.runtime;
    for (let tries = 0; tries < 60_000; tries += 1) limits.countHere("fragment", "203.0.113.9");
    const refused = await from("203.0.113.9:4711");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("cache-control")).toBe("no-store");
    expect(await refused.text()).toBe("Too many attempts. Wait a minute, then try again.\n");
    expect((await from("203.0.113.10")).status).toBe(200);
  } finally {
    await proxied.stop();
  }
});
