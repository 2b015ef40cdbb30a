import { createServer, type RequestListener, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { socialShares, users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { countPageShares } from "../../src/sharing/record/page-shares.ts";
import { drawPicture } from "../harness/networks/pictures.ts";
import { connectAccount } from "../harness/people/accounts.ts";
import { postsOn, untilSettled } from "../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let connectionId: string;
let site: Server;
let origin: string;
let asked: string[] = [];
const answers = new Map<string, RequestListener>();

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  connectionId = (await connectAccount(service.runtime, person, { platform: "twitter" })).id;
  site = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers.get(new URL(request.url ?? "/", "http://site/").pathname);
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  origin = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
  const picture = await drawPicture(1200, 630);
  answers.set("/picture.png", (_request, response) => response.end(picture));
  // The processes that read pages and pictures start with the first one, and a page waits only a moment.
  const link = { url: serve("/first", words), title: "", description: "", image: undefined };
  await service.runtime.pages.describe(link, { patienceMs: 60_000 });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await service.stop();
  site.closeAllConnections();
  site.close();
});

function serve(path: string, html: string): string {
  answers.set(path, (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(html);
  });
  return `${origin}${path}`;
}

async function look(parameters: Record<string, string>, path = "/social/share/"): Promise<string> {
  const answer = await visitor.get(`${path}?${new URLSearchParams(parameters)}`);
  expect(answer.status).toBe(200);
  return await answer.text();
}

const words = `<title>The page's own title</title><meta property="og:description" content="Its own description">
  <meta property="og:image" content="/picture.png">`;

test("what the page says of itself wins over what the link says of it", async () => {
  const url = serve("/own-words", words);
  const html = await look({
    url,
    title: "Click here!!!",
    description: "Best page",
    image: `${origin}/other.png`,
  });
  expect(html).toContain("The page&#39;s own title");
  expect(html).toContain("Its own description");
  expect(html).not.toContain("Shown as the link describes it");
  expect(html.match(/Click here!!!/g)).toHaveLength(1);
});

test("the page's picture is shown from here: a person who looks asks the site for nothing", async () => {
  const url = serve("/with-picture", words);
  const shown = /src="(\/previews\/[\w-]+\.jpg)"/;
  // On a busy machine its picture may be late; the next look has it.
  const html = await waitFor("the picture", async () => {
    const seen = await look({ url });
    return shown.test(seen) ? seen : undefined;
  });
  expect(html).not.toContain(`src="${origin}`);
  const path = shown.exec(html)?.[1] ?? "";
  const picture = await visitor.get(path);
  expect(picture.headers.get("content-type")).toBe("image/jpeg");
  expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(500);
  expect((await visitor.get(`/previews/${"A".repeat(43)}.jpg`)).status).toBe(404);
});

test("a page is asked for once for many looks, however they arrive", async () => {
  const url = serve("/asked-once", words);
  await Promise.all(Array.from({ length: 5 }, () => look({ url })));
  await look({ url });
  expect(asked.filter((path) => path === "/asked-once")).toHaveLength(1);
});

test.each([
  ["/not-there", "no longer shows this page to everyone"],
  ["/breaks", "is not responding"],
  ["/file", "This is a file"],
])("where %s cannot be read, the link speaks for it, and the page says so", async (path, reason) => {
  answers.set("/breaks", (request) => request.socket.destroy());
  answers.set("/file", (_request, response) => {
    response.writeHead(200, { "content-type": "application/pdf" }).end("%PDF");
  });
  const html = await look({ url: `${origin}${path}`, title: "As the link says", description: "And more" });
  expect(html).toContain("As the link says");
  expect(html).toContain("And more");
  expect(html).toContain(reason);
  expect(html).toContain("Shown as the link describes it");
});

test("a slow site holds up nobody: its page fills in when it is there", async () => {
  const held: (() => void)[] = [];
  answers.set("/slow", (_request, response) => {
    held.push(() => response.writeHead(200, { "content-type": "text/html" }).end(words));
  });
  const html = await look({ url: `${origin}/slow`, title: "Meanwhile" });
  expect(html).toContain("Meanwhile");
  expect(html).toContain("The page is being read");
  expect(html).toMatch(/hx-get="\/social\/share\/page\/\?url=/);
  for (const release of held) release();
  const filled = await look({ url: `${origin}/slow`, title: "Meanwhile" }, "/social/share/page/");
  expect(filled).toContain("The page&#39;s own title");
  expect(filled).not.toContain("hx-get");
});

test("the language of a post is that of its page, also where the page was still being read when the form was made", async () => {
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  const { id } = await connectAccount(service.runtime, person, { platform: "mastodon", server });
  const held: (() => void)[] = [];
  answers.set("/slow-german", (_request, response) => {
    held.push(() => response.writeHead(200, { "content-type": "text/html" }).end(`<html lang="de">${words}`));
  });
  const html = await look({ url: `${origin}/slow-german`, title: "Meanwhile" });
  expect(html).toMatch(/<option value="as:page" selected/);
  for (const release of held) release();
  await share({
    ...{ url: `${origin}/slow-german`, message: "Langsam", account: id },
    [`option-${id}-language`]: "as:page",
  });
  const posts = await postsOn(service.emulator.mastodon);
  expect(posts.find(({ text }) => text.includes("Langsam"))).toMatchObject({ language: "de" });
});

test("while its site is down, what the page said before still serves", async () => {
  const url = serve("/was-there", words);
  await look({ url });
  answers.set("/was-there", (request) => request.socket.destroy());
  const link = { url, title: "", description: "", image: undefined };
  const known = await service.runtime.pages.describe(link, { patienceMs: 5_000, afresh: true });
  expect(known.problem).toBe("failing");
  expect(known.page.title).toBe("The page's own title");
});

async function share(form: Record<string, string>) {
  const answer = await visitor.post("/social/share/", {
    ...{ message: "", account: connectionId, idempotency_key: crypto.randomUUID() },
    ...form,
  });
  if (answer.status !== 303) return { status: answer.status, html: await answer.text(), posted: "" };
  const requestId = answer.headers.get("location")?.split("/")[3] ?? "";
  await untilSettled(service.runtime, person, requestId);
  const rows = await waitFor("the share", async () => service.runtime.database.select().from(socialShares));
  const row = rows.find((candidate) => candidate.shareRequestId === requestId);
  return { status: 303, html: "", posted: row?.sharedUrl ?? "", title: row?.sharedTitle };
}

test("the link is posted without its tracking, or with it where the person wants it", async () => {
  const url = serve("/tracked", words);
  const link = `${url}?id=7&utm_source=letter&fbclid=xyz`;
  expect(await look({ url: link })).toContain("Keep the link’s tracking parameters");
  expect(await look({ url })).not.toContain("Keep the link’s tracking parameters");
  expect(asked.filter((path) => path.includes("utm_"))).toEqual([]);
  expect(await share({ url: link })).toMatchObject({
    posted: `${url}?id=7`,
    title: "The page's own title",
  });
  expect(await share({ url: link, tracking: "keep", repeat: connectionId })).toMatchObject({ posted: link });
});

test("a page is known by what it calls its own address, from wherever somebody comes", async () => {
  const canonical = `<link rel="canonical" href="/the-article">`;
  const amp = serve("/the-article.amp", `<title>AMP</title>${canonical}`);
  const url = serve("/the-article", `<title>Article</title>${canonical}`);
  expect((await share({ url: amp })).posted).toBe(amp);
  const again = await share({ url });
  expect(again.status).toBe(409);
  expect(again.html).toContain("Share again to this account");
});

test("a site that calls all its pages by the first one's address is not believed", async () => {
  const canonical = `<title>T</title><link rel="canonical" href="/">`;
  expect((await share({ url: serve("/one", canonical) })).status).toBe(303);
  expect((await share({ url: serve("/two", canonical) })).status).toBe(303);
});

test("pages behind a login are described by the link, told so, and each a page of its own", async () => {
  const login = `<title>Log in</title><meta property="og:title" content="Log in to the club">
    <meta property="og:image" content="/picture.png"><link rel="canonical" href="/login">
    <form><input name="user"><input type="password" name="password"></form>`;
  serve("/login", login);
  for (const path of ["/members/1", "/members/2"])
    answers.set(path, (_request, response) =>
      response.writeHead(302, { location: `/login?next=${encodeURIComponent(path)}` }).end(),
    );
  const url = `${origin}/members/1`;
  const html = await look({ url, title: "Minutes of March", description: "What was decided" });
  expect(html).toContain("Minutes of March");
  expect(html).toContain("What was decided");
  expect(html).not.toContain("Log in to the club");
  expect(html).toContain("only to people who are signed in");
  expect(html).toContain("Shown as the link describes it");
  expect(await share({ url, title: "Minutes of March" })).toMatchObject({
    status: 303,
    posted: url,
    title: "Minutes of March",
  });
  expect((await share({ url: `${origin}/members/2` })).status).toBe(303);
  expect((await share({ url })).status).toBe(409);
  const checked = await (await visitor.get(`/card?url=${encodeURIComponent(url)}`)).text();
  expect(checked).toContain("only to people who are signed in");
});

test("items that their site all calls by one address are pages of their own", async () => {
  const item = (name: string) =>
    `<title>${name}</title><link rel="canonical" href="/item"><h1>${name}</h1><p>${"A lamp. ".repeat(60)}</p>`;
  serve("/item", item("All lamps"));
  answers.set("/item", (request, response) => {
    const id = new URL(request.url ?? "", "http://site/").searchParams.get("id");
    response.writeHead(200, { "content-type": "text/html" }).end(item(id ? `Lamp ${id}` : "All lamps"));
  });
  const url = `${origin}/item`;
  expect((await share({ url: `${url}?id=1` })).status).toBe(303);
  expect(await share({ url: `${url}?id=2` })).toMatchObject({ status: 303, title: "Lamp 2" });
  expect((await share({ url: `${url}?id=1&utm_source=x` })).status).toBe(409);
  expect((await share({ url: `${url}?mailing=7` })).status).toBe(303);
  expect((await share({ url })).status).toBe(409);
  expect([await totalOf(url), await totalOf(`${url}?id=1`), await totalOf(`${url}?id=2`)]).toEqual([1, 1, 1]);
});

test.each([
  ["/shell", `<title>Loading…</title><div id="root"></div><script src="/app.js"></script>`],
  ["/bare", `<title>Home</title><p>${"Words and words. ".repeat(40)}</p>`],
  [
    "/shell-of-a-site",
    `<title>Lamps</title><meta property="og:title" content="Lamps"><meta property="og:site_name" content="Lamps"><div id="app"></div><script src="/app.js"></script>`,
  ],
])("a page that says nothing of itself does not override what the link says of it: %s", async (path, html) => {
  const shown = await look({ url: serve(path, html), title: "The red lamp" });
  expect(shown).toMatch(/<h2 [^>]*>The red lamp<\/h2>/);
  expect(shown).toContain("Shown as the link describes it");
});

test("a check of robots that comes for a while does not wipe out what the page said before", async () => {
  const url = serve("/checked-now", words);
  const link = { url, title: "", description: "", image: undefined };
  await service.runtime.pages.describe(link, { patienceMs: 60_000 });
  answers.set("/checked-now", (_request, response) => {
    response.writeHead(403, { "content-type": "text/html", "cf-mitigated": "challenge" }).end("<title>Wait");
  });
  const known = await service.runtime.pages.describe(link, { patienceMs: 60_000, afresh: true });
  expect(known).toMatchObject({ problem: "challenge", page: { title: "The page's own title" } });
});

const totalOf = async (url: string) => (await countPageShares(service.runtime, url)).total;

test.each([
  ["og:url", "https://news.example/one", `<meta property="og:url" content="https://news.example/one">`],
  ["canonical", "https://news.example/two", `<link rel="canonical" href="https://news.example/two">`],
  [
    "base",
    "https://news.example/three",
    `<base href="https://news.example/"><link rel=canonical href=three>`,
  ],
  ["port", "http://127.0.0.1:1/four", `<link rel="canonical" href="http://127.0.0.1:1/four">`],
])("a page that names another site's page as its own does not count for that, by its %s", async (name, named, head) => {
  const url = serve(`/scoop-by-${name}`, `<title>Mine</title>${head}`);
  expect((await share({ url })).status).toBe(303);
  expect([await totalOf(named), await totalOf(url)]).toEqual([0, 1]);
  expect(await look({ url: named })).not.toContain("Shared here");
  expect((await share({ url: named })).status).toBe(303);
});

test("a page that leads to another site counts for itself, not for that", async () => {
  const other = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<title>The other site</title>");
  });
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const at = other.address();
  const target = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/scoop`;
  answers.set("/leads-away", (_request, response) => response.writeHead(302, { location: target }).end());
  try {
    const url = `${origin}/leads-away`;
    expect(await share({ url })).toMatchObject({ status: 303, title: "The other site" });
    expect([await totalOf(target), await totalOf(url)]).toEqual([0, 1]);
  } finally {
    other.close();
  }
});

test("the posts are drawn as each chosen network will show them, with what is typed", async () => {
  const tags = `<meta name="twitter:title" content="Own"><meta name="twitter:card" content="summary_large_image">`;
  const url = serve("/previewed", words + tags);
  const form = { url, message: "Look at <this>", account: connectionId };
  const look = async () => {
    const drawn = await (await visitor.post("/social/share/previews/", form)).text();
    return /<img src="\/previews\//.test(drawn) ? drawn : undefined;
  };
  // On a busy machine its turn may be late; it is requested again a minute later.
  const html = await waitFor("the picture", look, 180_000, 50);
  expect(html).toContain("Look at &lt;this&gt;");
  // X writes addresses without their scheme.
  expect(html).toContain(`${url.replace("http://", "").slice(0, 30)}`);
  expect(html).toMatch(/link-card as-wide.*<img src="\/previews\//s);
  const none = await (await visitor.post("/social/share/previews/", { ...form, account: "" })).text();
  expect(none).toContain("Choose an account to see how the post will look there.");
});

test("nobody waits for what a site says beside a page whose own words suffice: it is kept for the next look", async () => {
  const gate = Promise.withResolvers<void>();
  answers.set("/told.json", async (_request, response) => {
    await gate.promise;
    response.end(JSON.stringify({ version: "1.0", type: "link", title: "Told beside it" }));
  });
  const url = serve(
    "/told",
    `<title>Own</title><meta property="og:image" content="/none.png"><link rel="alternate" type="application/json+oembed" href="/told.json">`,
  );
  const known = () =>
    service.runtime.pages.describe(
      { url, title: "", description: "", image: undefined },
      { patienceMs: 60_000 },
    );
  const first = await known();
  expect(first).toMatchObject({ problem: undefined, page: { title: "Own" } });
  expect(first.metadata?.facts?.told).toBeUndefined();
  gate.resolve();
  await service.runtime.pages.settled();
  const next = await known();
  expect(next.page.title).toBe("Own");
  expect(next.metadata?.facts?.told?.title).toBe("Told beside it");
});

test("the checker shows a site's developer all networks, what is missing, and what the page says now", async () => {
  const url = serve("/checked", "<title>Before</title>");
  const check = async (address: string) =>
    await (await visitor.get(`/card?url=${encodeURIComponent(address)}`)).text();
  const bare = await check(url);
  expect(bare).toContain("Instagram needs a picture, but the page does not specify one (og:image).");
  expect(bare).toContain("X will show no card");
  serve("/checked", `${words}<meta name="twitter:card" content="summary_large_image">`);
  const mended = await check(url);
  expect(mended).toContain("The page&#39;s own title");
  expect(mended).toContain("1200 × 630");
  expect(mended).not.toContain("Instagram needs a picture");
  expect(await check(`${origin}/nowhere`)).toContain("no longer shows this page to everyone");
});

test("the checker asks for an address, and says what is wrong with one", async () => {
  expect((await visitor.get("/card")).status).toBe(200);
  const wrong = await visitor.get("/card?url=blog");
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toContain("must start with https://");
});

test("what the page says is to be seen on its picture goes with the picture", async () => {
  const instagram = await connectAccount(service.runtime, person, { platform: "instagram" });
  const url = serve("/described", `${words}<meta property="og:image:alt" content="A lamp above a calm sea">`);
  expect((await share({ url, account: instagram.id })).status).toBe(303);
  const posts = await postsOn(service.emulator.instagram);
  expect(JSON.stringify(posts)).toContain("A lamp above a calm sea");
});

test("where a page's picture is of no use once it is sent, LinkedIn gets the next one that the page names", async () => {
  const linkedin = await connectAccount(service.runtime, person, { platform: "linkedin" });
  const [first, second] = [await drawPicture(1200, 630, "navy"), await drawPicture(1200, 630, "maroon")];
  answers.set("/first.png", (_request, response) => response.end(first));
  answers.set("/second.png", (_request, response) => response.end(second));
  answers.set("/small.png", async (_request, response) => response.end(await drawPicture(1, 1)));
  const named = (name: string, alt: string) =>
    `<meta property="og:image" content="/${name}"><meta property="og:image:alt" content="${alt}">`;
  const pictures = `${named("first.png", "Navy")}${named("gone.png", "Gone")}${named("small.png", "Small")}${named("second.png", "Maroon")}`;
  const url = serve("/two-pictures", `<title>Two pictures</title>${pictures}`);
  await look({ url });
  await service.runtime.pages.settled();
  answers.set("/first.png", (_request, response) => {
    response
      .writeHead(200, { "content-type": "image/svg+xml" })
      .end('<svg xmlns="http://www.w3.org/2000/svg"/>');
  });
  expect((await share({ url, account: linkedin.id })).status).toBe(303);
  expect(asked.filter((path) => path.endsWith(".png")).at(-1)).toBe("/second.png");
  expect(JSON.stringify(await postsOn(service.emulator.linkedin))).toMatch(/"kind":"large"/);
});
