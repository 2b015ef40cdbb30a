import { createServer, type Server } from "node:http";
import { eq } from "drizzle-orm";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPictures } from "../../src/database/schema.ts";
import { createGuardedFetch } from "../../src/net/guarded-fetch.ts";
import { fetchPicture } from "../../src/pages/pictures/picture.ts";
import {
  findHostedPicture,
  hostPicture,
  removeExpiredPictures,
} from "../../src/pages/pictures/public-pictures.ts";
import { findOtherPictures } from "../../src/pages/pictures/usable-pictures.ts";
import { drawPicture } from "../harness/networks/pictures.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

let service: TestService;
let site: Server;
let address: string;
const answers = new Map<string, { status: number; type: string; body: Uint8Array | string }>();

beforeAll(async () => {
  service = await startTestService();
  site = createServer((request, response) => {
    const answer = answers.get(request.url ?? "");
    if (answer === undefined) response.destroy();
    else response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  address = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  const huge = sharp({ create: { width: 12_000, height: 9_000, channels: 3, background: "red" } });
  for (const [path, status, type, body] of [
    ["/good.png", 200, "image/png", await drawPicture(40, 30)],
    [
      "/lies.png",
      200,
      "image/png",
      await sharp(await drawPicture(40, 30))
        .jpeg()
        .toBuffer(),
    ],
    ["/page.png", 200, "image/png", "<h1>No picture</h1>"],
    ["/drawing.svg", 200, "image/svg+xml", svg],
    ["/unfolds.png", 200, "image/png", await huge.png().toBuffer()],
    ["/gone.png", 404, "text/plain", "gone"],
    ["/busy.png", 503, "text/plain", "busy"],
    ["/pixel.png", 200, "image/png", await drawPicture(1, 1)],
    ["/spacer.png", 200, "image/png", await drawPicture(600, 4)],
  ] as const)
    answers.set(path, { status, type, body });
});
afterAll(async () => {
  site.close();
  await service.stop();
});

test.each([
  ["/good.png", "image/png"],
  ["/lies.png", "image/jpeg"],
])("%s is taken, and called what it is", async (path, type) => {
  expect(await fetchPicture(service.runtime, address + path)).toMatchObject({ type });
});

test.each([
  ["/page.png", "unusable"],
  ["/drawing.svg", "unusable"],
  ["/unfolds.png", "unusable"],
  ["/gone.png", "unusable"],
  ["/pixel.png", "unusable"],
  ["/spacer.png", "unusable"],
  ["/busy.png", "later"],
  ["/broken.png", "later"],
])("%s is %s", async (path, outcome) => {
  expect(await fetchPicture(service.runtime, address + path)).toBe(outcome);
});

const withPictures = (...paths: string[]) =>
  `<title>A page</title>${paths.map((path) => `<meta property="og:image" content="${path}">`).join("")}`;

function servePage(path: string, ...paths: string[]) {
  answers.set(path, { status: 200, type: "text/html", body: withPictures(...paths) });
  return { url: address + path, title: "", description: "", image: undefined };
}

/** Once it is read: a busy machine may take longer than a reader waits. */
async function readPage(link: ReturnType<typeof servePage>) {
  return await waitFor("the page to be read", async () => {
    const known = await service.runtime.pages.describe(link, { patienceMs: 20_000, afresh: true });
    return known.metadata === undefined ? undefined : known;
  });
}

test.each([
  ["a drawing", "/drawing.svg"],
  ["a picture that is not there", "/gone.png"],
  ["a pixel that counts visitors", "/pixel.png"],
  ["a page", "/page.png"],
  ["an address of another kind", "data:image/png;base64,AAAA"],
])("after %s, a page's next picture is taken", async (_what, path) => {
  const link = servePage(`/next-${path.replace(/\W/g, "")}`, path, "/good.png");
  const { page, previews } = await readPage(link);
  expect(page.image).toBe(`${address}/good.png`);
  expect(previews.get(`${address}/good.png`)).toMatchObject({ width: 40, height: 30 });
});

test("where none of a page's pictures can be had, the first stays the one that it names", async () => {
  const link = servePage("/none", "/gone.png", "/drawing.svg");
  const { page } = await readPage(link);
  expect(page.image).toBe(`${address}/gone.png`);
});

test("what a page names beside a picture is known when that one is gone", async () => {
  const link = servePage("/others", "/good.png", "/lies.png");
  await readPage(link);
  const others = await findOtherPictures(service.runtime, { page: link.url, picture: `${address}/good.png` });
  expect(others.map(({ url }) => url)).toEqual([`${address}/lies.png`]);
  expect(await findOtherPictures(service.runtime, { page: `${address}/unknown`, picture: "" })).toEqual([]);
});

test("no picture is fetched from our own network", async () => {
  const guarded = createGuardedFetch({ allowedHosts: [] });
  expect(await fetchPicture(guarded, `${address}/good.png`)).toBe("unusable");
  await guarded.close();
});

test("a hosted picture is public at an address that nobody can guess, for a day", async () => {
  const { runtime } = service;
  const bytes = await drawPicture(40, 30);
  const hosted = await hostPicture(runtime, { bytes, type: "image/jpeg" });
  expect(hosted).toMatch(new RegExp(`^${service.address}pictures/[\\w-]{43}\\.jpg$`));
  const shown = await fetch(hosted);
  expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(new Uint8Array(bytes));
  expect((await fetch(new URL("/pictures/made-up.jpg", service.address))).status).toBe(404);

  const name = new URL(hosted).pathname.replace(/^\/pictures\/|\.jpg$/g, "");
  const tomorrow = { ...runtime, now: () => new Date(Date.now() + 86_400_001) };
  expect(await findHostedPicture(runtime, name)).toBeDefined();
  expect(await findHostedPicture(tomorrow, name)).toBeUndefined();
  await removeExpiredPictures(tomorrow);
  expect(await runtime.database.$count(publicPictures, eq(publicPictures.type, "image/jpeg"))).toBe(0);
});
