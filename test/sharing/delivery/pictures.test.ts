/** Which picture a post gets, and what is said of it. Instagram takes no post without one, so nothing goes out unseen. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readPages, socialShares } from "../../../src/database/schema.ts";
import type { ShareRow } from "../../../src/sharing/claims/lease.ts";
import type { ShareDraft } from "../../../src/sharing/requests/submit.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

let workers: TwoWorkers;
let ana: { id: string };
let site: Server;
let address: string;

beforeAll(async () => {
  workers = await startTwoWorkers();
  const picture = await drawPicture(1_200, 630);
  site = createServer(({ url }, response) => {
    if (url === "/busy.png") response.writeHead(503).end();
    else if (url === "/good.png") response.writeHead(200, { "content-type": "image/png" }).end(picture);
    else response.writeHead(404).end();
  });
  await once(site.listen(0, "127.0.0.1"), "listening");
  const bound = site.address();
  if (bound === null || typeof bound === "string") throw new Error("The site has no port.");
  address = `http://127.0.0.1:${bound.port}`;
});
afterAll(async () => {
  site.close().closeAllConnections();
  await workers.stop();
});
beforeEach(async () => {
  await workers.reset();
  ana = await addPerson(workers.a.runtime);
});

interface Named {
  readonly path: string;
  readonly alt?: string;
}

/** Shares a page whose own picture is the first of these; it was read with all of them. */
async function share(
  images: readonly [Named, ...Named[]],
  page: Partial<ShareDraft["page"]> = {},
): Promise<ShareRow> {
  const { runtime } = workers.a;
  const draft = draftFor([await workers.connect(ana, "instagram")]);
  const shared = { ...draft.page, image: address + images[0].path, ...page };
  const known = images.map(({ path, alt = "" }) => ({ url: address + path, alt }));
  await runtime.database
    .insert(readPages)
    .values({ url: shared.url, metadata: { images: known }, readAt: runtime.now() });
  const requestId = await submit(runtime, ana, { ...draft, page: shared });
  const isIt = eq(socialShares.shareRequestId, requestId);
  const [row] = await runtime.database.select().from(socialShares).where(isIt);
  if (row === undefined) throw new Error("Nothing was shared.");
  return row;
}

const posted = () => workers.emulator.instagram.world.memory.containers.map(({ altText }) => altText);

test.each([
  ["its own words", { imageAlt: "By the sea" }, "By the sea"],
  ["the page's title where it has none", {}, "Why we moved"],
])("a page's picture is described with %s", async (_what, page, alt) => {
  const { id } = await share([{ path: "/good.png" }], page);
  expect((await workers.carryOn(workers.a, id)).status).toBe("posted");
  expect(posted()).toEqual([alt]);
});

test.each([
  ["its own words", "The harbour", "The harbour"],
  ["the page's title where it has none", "", "Why we moved"],
])("where a page's picture is gone, the next usable one goes out with %s", async (_what, alt, told) => {
  const { id } = await share(
    [{ path: "/gone.png" }, { path: "/lost.png", alt: "Lost" }, { path: "/good.png", alt }],
    { imageAlt: "Gone" },
  );
  expect((await workers.carryOn(workers.a, id)).status).toBe("posted");
  expect(posted()).toEqual([told]);
});

test("a network that needs a picture refuses a page of which none can be had", async () => {
  const { id } = await share([{ path: "/gone.png" }, { path: "/lost.png" }]);
  const row = await workers.carryOn(workers.a, id);
  expect(row).toMatchObject({ status: "rejected", errorCode: "no-picture" });
});

test("while the site of a picture is in trouble, the share waits for it", async () => {
  const { id } = await share([{ path: "/busy.png" }, { path: "/good.png" }]);
  const row = await workers.carryOn(workers.a, id);
  expect(row).toMatchObject({ status: "failed", errorCode: "picture-unreachable", attempts: 5 });
  expect(posted()).toEqual([]);
});
