/**
 * How a site is requested: cookies of one visit, pages that redirect by themselves, and which names of a page are
 * believed.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGuardedFetch } from "../../src/net/guarded-fetch.ts";
import { findIdentity } from "../../src/pages/identity.ts";
import { readRefresh } from "../../src/pages/reading/refresh.ts";
import { askSite } from "../../src/pages/visit/ask-site.ts";
import { fetchPage } from "../../src/pages/visit/fetch-page.ts";
import { article, type Site, sendHtml, startSite } from "./site.ts";

const guarded = createGuardedFetch({
  allowedHosts: ["127.0.0.1", "*.example.localhost"],
  resolve: async () => [{ address: "127.0.0.1", family: 4 }],
});
const world = { fetch: guarded.fetch, userAgent: "Sharewell" };
let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(async () => {
  site.stop();
  await guarded.close();
});

const read = async (path: string) => {
  const page = await fetchPage(world, `${site.origin}${path}`);
  return typeof page === "string" ? page : Buffer.from(page.bytes).toString();
};

test("a site that answers with 406 to whoever does not take everything is read", async () => {
  site.on("/negotiates", ({ headers }, response) => {
    if (headers.accept?.includes("*/*")) sendHtml(response, "<title>A page</title>");
    else response.writeHead(406).end();
  });
  expect(await read("/negotiates")).toContain("A page");
});

test("a site that first sets a cookie is read, and the cookie forgotten with the visit", async () => {
  const seen: (string | undefined)[] = [];
  site.on("/sets-first", ({ headers }, response) => {
    seen.push(headers.cookie);
    if (headers.cookie?.includes("seen=1")) return sendHtml(response, "<title>A page</title>");
    response
      .writeHead(302, {
        location: "/sets-first",
        "set-cookie": ["seen=1; Path=/; HttpOnly; SameSite=Lax", "gone=1; Max-Age=0", "safe=1; Secure"],
      })
      .end();
  });
  expect(await read("/sets-first")).toContain("A page");
  expect(await read("/sets-first")).toContain("A page");
  expect(seen).toEqual([undefined, "seen=1", undefined, "seen=1"]);
});

test("or sets it on the way through another page, whose query it cleans", async () => {
  site.on("/checked", ({ headers }, response) => {
    if (headers.cookie === "check=1") sendHtml(response, "<title>A page</title>");
    else response.writeHead(302, { location: "/cookie-check?next=/checked", "set-cookie": "check=0" }).end();
  });
  site.leads("/cookie-check", "/checked", 302, { "set-cookie": "check=1" });
  expect(await read("/checked")).toContain("A page");
});

test("a cookie goes to the host that set it alone, whatever domain it names", async () => {
  const seen: (string | undefined)[] = [];
  const neighbour = site.origin.replace("127.0.0.1", "ben.example.localhost");
  const own = site.origin.replace("127.0.0.1", "ana.example.localhost");
  site.leads("/sets-for-all", `${neighbour}/neighbour`, 302, {
    "set-cookie": "mine=1; Domain=example.localhost; Path=/",
  });
  site.on("/neighbour", ({ headers }, response) => {
    seen.push(headers.cookie);
    sendHtml(response, "<title>Ben's page</title>");
  });
  expect(await fetchPage(world, `${own}/sets-for-all`)).toMatchObject({ url: `${neighbour}/neighbour` });
  expect(seen).toEqual([undefined]);
});

test("however many and long its cookies are, few are kept", async () => {
  let longest = 0;
  site.on("/many-cookies", ({ headers, url }, response) => {
    longest = Math.max(longest, headers.cookie?.length ?? 0);
    const round = Number(url?.split("?")[1] ?? 0);
    const cookies = Array.from({ length: 20 }, (_, index) => `c${round}x${index}=${"y".repeat(500)}`);
    if (round === 5) return sendHtml(response, "<title>A page</title>");
    response.writeHead(302, { location: `/many-cookies?${round + 1}`, "set-cookie": cookies }).end();
  });
  expect(await read("/many-cookies")).toContain("A page");
  expect(longest).toBeLessThan(8_000);
});

test("circles end", async () => {
  site.leads("/circle", "/circle-back");
  site.leads("/circle-back", "/circle");
  expect(await read("/circle")).toBe("failing");
  site.html("/refresh-circle", `<meta http-equiv="refresh" content="0;url=/refresh-circle-back">`);
  site.html("/refresh-circle-back", `<meta http-equiv="refresh" content="0;url=/refresh-circle">`);
  site.asked.length = 0;
  expect(await askSite(world, `${site.origin}/refresh-circle`)).toBe("failing");
  expect(site.asked).toHaveLength(6);
});

test.each([
  ["0;url=/next", "/next"],
  ["0; URL='/next'", "/next"],
  ['3,url="next"', "/here/next"],
  ["0 /next", "/next"],
  [" 1.5 ; url = /next ", "/next"],
  [".5;url=/next#part", "/next"],
  ["5;https://example.com/next", "/next"],
  ["0;url='/next' and more", "/next"],
  ["0;url=", "/here/page"],
  ["0", "/here/page"],
  ["30;url=/next", undefined],
  ["url=/next", undefined],
  ["0;url=javascript:alert(1)", undefined],
  ["0;url=http://", undefined],
  ["", undefined],
  ["-1;url=/next", undefined],
])("a refresh of %j leads to %s", (text, path) => {
  const expected = path === undefined ? undefined : `https://example.com${path}`;
  expect(readRefresh(text, "https://example.com/here/page")).toBe(expected);
});

const lighthouse = `<title>The lighthouse</title><meta property="og:title" content="The lighthouse">${article}`;
const titleOf = async (path: string) => {
  const page = await askSite(world, `${site.origin}${path}`);
  return typeof page === "string" ? page : page.title;
};

test("a page that leads on after a few seconds is a redirect", async () => {
  site.html("/lighthouse", lighthouse);
  site.html(
    "/in-head",
    `<html><head><title>Redirecting…</title><META HTTP-EQUIV="Refresh" CONTENT="2; URL=lighthouse"></head><body>Wait`,
  );
  site.html("/by-header", "<title>Redirecting…</title>", { refresh: "0; url=/lighthouse" });
  site.html("/in-two-steps", `<meta http-equiv=refresh content="0;url=/by-header">`);
  for (const path of ["/in-head", "/by-header", "/in-two-steps"])
    expect(await titleOf(path)).toBe("The lighthouse");
});

test.each([
  [
    "for browsers without scripts",
    `<noscript><meta http-equiv="refresh" content="0;url=/lighthouse"></noscript>`,
  ],
  ["in a comment", `<!-- <meta http-equiv="refresh" content="0;url=/lighthouse"> -->`],
  ["in a template", `<template><meta http-equiv="refresh" content="0;url=/lighthouse"></template>`],
  [
    "in what somebody wrote below",
    `</head><body><p>See <meta http-equiv="refresh" content="0;url=/lighthouse">`,
  ],
  ["after five minutes", `<meta http-equiv="refresh" content="300;url=/lighthouse">`],
  ["to itself", `<meta http-equiv="refresh" content="1;url=/stays">`],
  ["to no web address", `<meta http-equiv="refresh" content="0;url=app://lighthouse">`],
])("but not %s", async (_name, head) => {
  site.html("/stays", `<html><head><title>It stays</title>${head}${article}`);
  expect(await titleOf("/stays")).toBe("It stays");
});

test("nor to an address that is not open to us", async () => {
  site.html(
    "/leads-inside",
    `<title>T</title><meta http-equiv="refresh" content="0;url=http://10.0.0.1/admin">`,
  );
  expect(await titleOf("/leads-inside")).toBe("refused");
});

test("a page that sets a cookie and comes anew is asked once more", async () => {
  site.on("/reloads", ({ headers }, response) => {
    if (headers.cookie === "pass=1") sendHtml(response, lighthouse);
    else
      sendHtml(response, `<title>Wait</title><meta http-equiv="refresh" content="1">`, {
        "set-cookie": "pass=1",
      });
  });
  expect(await titleOf("/reloads")).toBe("The lighthouse");
  site.on("/reloads-ever", (_request, response) => {
    sendHtml(response, `<title>Live</title><meta http-equiv="refresh" content="1">${article}`, {
      "set-cookie": `pass=${randomUUID()}`,
    });
  });
  expect(await titleOf("/reloads-ever")).toBe("Live");
});

const identityOf = async (path: string) => {
  const asked = `${site.origin}${path}`;
  const page = await askSite(world, asked);
  return typeof page === "string" ? page : findIdentity(asked, page)?.replace(site.origin, "");
};
const item = (name: string, picture = "/all.png") =>
  `<title>${name}</title><link rel="canonical" href="/item"><meta property="og:image" content="${picture}"><h1>${name}</h1>${article}`;

test("a name that leaves out a parameter is believed where the page there says the same", async () => {
  site.html("/item", item("All lamps"));
  site.html("/item?from_mail=7", item("All lamps"));
  site.html("/item?id=1", item("The red lamp"));
  site.html("/item?id=2", item("All lamps", "/blue.png"));
  site.html("/item?id=3", item("All lamps").replace("<h1>All lamps", "<h1>The blue lamp"));
  expect(await identityOf("/item?from_mail=7")).toBe("/item");
  expect(await identityOf("/item?id=1")).toBeUndefined();
  expect(await identityOf("/item?id=2")).toBeUndefined();
  expect(await identityOf("/item?id=3")).toBeUndefined();
});

test("not where nothing is to be read there, or something else answers", async () => {
  const shell = `<title>Lamps</title><link rel="canonical" href="/shell"><meta property="og:title" content="Lamps"><div id="root"></div><script src="/app.js"></script>`;
  site.html("/shell", shell);
  expect(await identityOf("/shell?id=1")).toBeUndefined();
  site.html("/moved?id=1", item("The red lamp").replace("/item", "/moved"));
  site.leads("/moved", "/moved?id=1");
  expect(await identityOf("/moved?id=1")).toBeUndefined();
  site.html("/lost?id=1", item("The red lamp").replace("/item", "/nowhere"));
  expect(await identityOf("/lost?id=1")).toBeUndefined();
});

test("the site is asked for another page only where a name leaves something out", async () => {
  site.html("/plain", `<title>T</title><link rel="canonical" href="/plain-2">${article}`);
  site.asked.length = 0;
  expect(await identityOf("/plain?utm_source=x")).toBe("/plain-2");
  expect(site.asked).toEqual(["/plain?utm_source=x"]);
});
