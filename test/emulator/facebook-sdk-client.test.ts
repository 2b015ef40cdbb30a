/** Meta's own SDK for Node, which was written against the real Facebook, works against the simulated one. */
import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import type { OAuthResult } from "../../src/platforms/platform.ts";
import { control } from "../harness/networks/networks.ts";
import { connect, openPlatforms } from "../harness/networks/platforms.ts";
import { postsOn } from "../harness/people/shares.ts";
import { proofOf } from "./facebook-app.ts";

/** The part of the SDK that is used here; it has no types. */
interface Sdk {
  readonly FacebookAdsApi: {
    init(token: string, locale?: string, crashLog?: boolean): Api;
  };
  readonly User: new (
    id: string,
  ) => {
    get(fields: readonly string[]): Promise<Node>;
    getAccounts(fields: readonly string[], parameters?: object): Promise<Cursor>;
    getBusinesses(fields: readonly string[], parameters?: object): Promise<Cursor>;
    getPermissions(fields: readonly string[]): Promise<Cursor>;
    deletePermissions(): Promise<unknown>;
  };
  readonly Business: new (
    id: string,
  ) => { getOwnedPages(fields: readonly string[], parameters?: object): Promise<Cursor> };
  readonly Page: new (
    id: string,
  ) => {
    get(fields: readonly string[]): Promise<Node>;
    createFeed(fields: readonly string[], parameters: object): Promise<Node>;
    getPublishedPosts(fields: readonly string[], parameters?: object): Promise<Cursor>;
  };
  readonly Post: new (
    id: string,
  ) => { get(fields: readonly string[]): Promise<Node>; delete(fields: readonly string[]): Promise<unknown> };
}
interface Api {
  call(method: string, path: readonly string[], parameters?: object): Promise<unknown>;
}
interface Node {
  readonly id: string;
  readonly _data: Readonly<Record<string, unknown>>;
}
interface Cursor extends Array<Node> {
  hasNext(): boolean;
  next(): Promise<Cursor>;
  hasPrevious(): boolean;
  previous(): Promise<Cursor>;
}

const sdk: Sdk = createRequire(import.meta.url)("facebook-nodejs-business-sdk");
const PAGE = "104523398765432";

let emulator: Emulator;
let bakery: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
  // The SDK contains the real host.
  Object.defineProperty(sdk.FacebookAdsApi, "GRAPH", { value: emulator.facebook.origin });
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.facebook, "POST", "reset", {});
  bakery = await connect(openPlatforms(emulator).getPlatform("facebook"));
});

const asPerson = () => sdk.FacebookAdsApi.init(bakery.tokens.ownerToken ?? "", "en_US", false);
const asPage = () => sdk.FacebookAdsApi.init(bakery.tokens.accessToken, "en_US", false);

test("reads who the person is and what they granted", async () => {
  const api = asPerson();
  expect((await new sdk.User("me").get(["id", "name"]))._data).toMatchObject({
    id: "10224567890123456",
    name: "Ana Lima",
  });
  expect(await api.call("GET", ["me", "permissions"])).toMatchObject({
    data: expect.arrayContaining([{ permission: "pages_manage_posts", status: "granted" }]),
  });
  expect(await api.call("GET", ["debug_token"], { input_token: bakery.tokens.accessToken })).toMatchObject({
    data: { type: "PAGE", is_valid: true, expires_at: 0, profile_id: PAGE },
  });
});

test("turns the pages of the list of Pages, to its end", async () => {
  asPerson();
  const names: unknown[] = [];
  let cursor = await new sdk.User("me").getAccounts(["id", "name", "access_token", "tasks"], { limit: 1 });
  for (;;) {
    names.push(...cursor.map(({ _data }) => _data.name));
    if (!cursor.hasNext()) break;
    cursor = await cursor.next();
  }
  expect(names).toEqual(["Harbour Bakery", "Lima Events", "Old Mill"]);
  expect(cursor.hasPrevious()).toBe(true);
  expect((await cursor.previous()).map(({ _data }) => _data.name)).toEqual(["Lima Events"]);
});

test("finds the Pages of a portfolio", async () => {
  asPerson();
  const [portfolio] = await new sdk.User("me").getBusinesses(["id", "name"]);
  expect(portfolio?._data).toEqual({ id: "208811223344556", name: "Lima Group" });
  const owned = await new sdk.Business(portfolio?.id ?? "").getOwnedPages(["name", "access_token"]);
  expect(owned.map(({ _data }) => _data)).toEqual([
    { id: "104523398765433", name: "Lima Events", access_token: expect.stringMatching(/^EAAB/) },
  ]);
});

test("proves the app's secret where the app demands it", async () => {
  const app = { clientId: "138483919580948", requiresProof: true };
  await control(emulator.facebook, "POST", "apps", app);
  asPerson();
  const proof = proofOf(bakery.tokens.ownerToken ?? "", "sharewell-demo-secret");
  const list = new sdk.User("me").getAccounts(["id"], { appsecret_proof: proof });
  expect((await list).map(({ id }) => id)).toContain(PAGE);
  await expect(new sdk.User("me").getAccounts(["id"])).rejects.toMatchObject({
    response: { code: 100, type: "GraphMethodException" },
  });
});

test("takes the app's leave of a person", async () => {
  asPerson();
  const me = new sdk.User("me");
  const granted = (await me.getPermissions([])).map(({ _data }) => _data.permission);
  expect(granted).toContain("business_management");
  expect(await me.deletePermissions()).toEqual({ success: true });
  await expect(new sdk.User("me").get(["id"])).rejects.toMatchObject({
    status: 400,
    response: { code: 190, error_subcode: 458 },
  });
});

test("posts a link, reads it, finds it in the list and deletes it", async () => {
  asPage();
  const page = new sdk.Page(PAGE);
  const made = await page.createFeed([], { message: "Fresh bread", link: "https://blog.example.com/bread" });
  expect(made.id).toMatch(/^104523398765432_\d+$/);
  const read = await new sdk.Post(made.id).get(["message", "permalink_url", "created_time"]);
  expect(read._data).toMatchObject({ message: "Fresh bread", permalink_url: expect.stringMatching(/^http/) });
  const listed = await page.getPublishedPosts(["id", "message"], { limit: 10 });
  expect(listed.map(({ id }) => id)).toEqual([made.id]);
  await new sdk.Post(made.id).delete([]);
  expect(await postsOn(emulator.facebook)).toMatchObject([{ text: "Fresh bread", deleted: true }]);
});

test("understands why a post is refused", async () => {
  asPerson();
  const refused = new sdk.Page(PAGE).createFeed([], { message: "As the person" });
  await expect(refused).rejects.toMatchObject({
    status: 403,
    response: { code: 200, type: "OAuthException", fbtrace_id: expect.any(String) },
  });
});
