import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { OAuthResult, Post, SocialPlatform } from "../../../src/platforms/platform.ts";
import { MastodonSteps } from "../../emulator/mastodon-steps.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  connect,
  makePost,
  openPlatforms,
  outcomeOf,
  sentJustNow,
} from "../../harness/networks/platforms.ts";
import { orderFault, postsOn } from "../../harness/people/shares.ts";

const PUBLISH = "POST /api/v1/statuses";
const LIST = "GET /api/v1/accounts/:id/statuses";
const DAY_MS = 86_400_000;
const json = { "content-type": "application/json" };

/** Servers about whose keys nothing is known. */
const relatives = ["snac", "wordpress", "activities", "sharkey", "iceshrimp", "gotosocial"];

let emulator: Emulator;
let mastodon: SocialPlatform;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.mastodon, "POST", "reset", {});
  mastodon = openPlatforms(emulator).getPlatform("mastodon");
});

const connectTo = (name: string) =>
  connect(mastodon, { server: `${name}.localhost:${emulator.mastodon.port}` });
const flip = (name: string, change: object) =>
  control(emulator.mastodon, "POST", "switches", { server: `${name}.localhost`, ...change });
const share = ({ account, tokens }: OAuthResult, post: Post = makePost()) =>
  mastodon.shareLink(account, tokens, post);
const find = ({ account, tokens }: OAuthResult, post: Post = makePost()) =>
  mastodon.findShare(account, tokens, sentJustNow(post));
const remove = async ({ account, tokens }: OAuthResult, id: string) =>
  await mastodon.deletePost?.(account, tokens, id);
const refuseToken = () =>
  orderFault(emulator.mastodon, LIST, { kind: "status", status: 401, body: { error: "No" } });

/** With a token that may read. */
async function reader(name: string): Promise<OAuthResult> {
  const { account } = await connectTo(name);
  const scopes = "read:accounts write:statuses read:statuses";
  const { access_token } = await new MastodonSteps(emulator, `${name}.localhost`).connect(scopes);
  return { account, tokens: { accessToken: access_token, scopes: scopes.split(" ") } };
}

/** Everything that exists by now was posted days ago. */
function age(): void {
  for (const [index, post] of emulator.mastodon.world.memory.posts.entries())
    post.createdAt = new Date(Date.now() - 2 * DAY_MS + index * 1_000).toISOString();
}

describe("how long a doubtful post is looked for, and whether it may be sent again", () => {
  test.each([
    ["mastodon", [0], 3_000],
    ["old", [5, 60, 300], 3_000],
    ...relatives.map((name) => [name, [5, 60, 300], 0] as const),
  ] as const)("%s", async (name, lookAfterSeconds, resendSafeSeconds) => {
    const { account } = await connectTo(name);
    expect(mastodon.repeatRule(account)).toEqual({ lookAfterSeconds, resendSafeSeconds });
  });

  test("an account from before the software was kept is treated as one of a server that nobody knows", async () => {
    const { account } = await connectTo("mastodon");
    const { software: _software, ...extra } = account.extra;
    expect(mastodon.repeatRule({ ...account, extra })).toEqual({
      lookAfterSeconds: [5, 60, 300],
      resendSafeSeconds: 0,
    });
  });

  test.each([
    ["in NodeInfo", { version: "4.6.0 (compatible; Forked 1.0)" }],
    ["in its instance", { version: "4.6.0", instanceVersion: "4.6.0 (compatible; Forked 1.0)" }],
  ])("a server that calls itself Mastodon, and says %s what it is, is not taken for one", async (_, change) => {
    await flip("mastodon", change);
    const { account } = await connectTo("mastodon");
    expect(account.extra.software).toEqual({ name: "forked", version: "1.0" });
    expect(mastodon.repeatRule(account).resendSafeSeconds).toBe(0);
  });

  test("a server that changes its software is known by the new one from the next check on", async () => {
    const { account, tokens } = await connectTo("mastodon");
    await flip("mastodon", { software: "sharkey", version: "2026.1.0" });
    const now = await mastodon.verifyToken(account, tokens);
    expect(mastodon.repeatRule(now).resendSafeSeconds).toBe(0);
  });
});

describe("a list proves that a post is not there", () => {
  const withoutScope = relatives.filter((name) => name !== "gotosocial" && name !== "activities");

  test.each(withoutScope)("on %s: once it goes back to before the post", async (name) => {
    const ana = await connectTo(name);
    expect(await find(ana)).toBe("unknown");
    await share(ana);
    age();
    expect(await find(ana)).toBe("absent");
    const post = makePost();
    const { platformPostId } = await share(ana, post);
    expect(await find(ana, post)).toMatchObject({ platformPostId });
  });

  test.each(["gotosocial", "activities"])("on %s: with leave to read alone", async (name) => {
    const ana = await reader(name);
    await share(ana);
    age();
    expect(await find(ana)).toBe("absent");
    // GoToSocial's own list is checked when people connect.
    const before = await connectTo(name);
    const scopes = ["profile", "write:statuses"];
    await flip(name, { listScope: "needed" });
    for (const token of emulator.mastodon.world.memory.tokens)
      if (token.accessToken === before.tokens.accessToken) token.scopes = scopes;
    expect(await find({ ...before, tokens: { ...before.tokens, scopes } })).toBe("unknown");
  });

  test.each(
    relatives,
  )("never on %s where the token is refused, and strangers are shown a part", async (name) => {
    const ana = await connectTo(name);
    await flip(name, { listForStrangers: "partial" });
    await share(ana);
    age();
    const post = makePost();
    await share(ana, post);
    await refuseToken();
    expect(await find(ana, post)).toBe("unknown");
  });

  test("not where a token that may not read is taken for none, and the post is not for all", async () => {
    await flip("sharkey", { listScope: "as-stranger" });
    const before = await connectTo("sharkey");
    await share(before);
    age();
    await control(emulator.mastodon, "POST", "accounts", {
      ...{ server: "sharkey.localhost", username: "ana", defaultVisibility: "private" },
    });
    const ana = await connectTo("sharkey");
    const post = makePost();
    await share(ana, post);
    expect(await find(ana, post)).toBe("unknown");
    expect(await find(await reader("sharkey"), post)).toMatchObject({ platformPostId: expect.any(String) });
  });

  test.each([
    ["in another order than by time", { listOrder: "oldest-first" }],
    ["that ends after its first page", { listPages: "first-alone" }],
  ])("not where it is one %s", async (_, change) => {
    const ana = await reader("snac");
    for (let others = 0; others < 45; others += 1) await share(ana);
    age();
    const post = makePost();
    await share(ana, post);
    for (let others = 0; others < 45; others += 1) await share(ana);
    await flip("snac", { rateLimits: false, ...change });
    const found = await find(ana, post);
    expect([found === "unknown", typeof found === "object"]).toContain(true);
    expect(await find(ana)).toBe("unknown");
  });

  test.each([
    ["a clock an hour early", { statusTimes: "hour-early" }, false],
    ["a clock an hour late", { statusTimes: "hour-late" }, true],
    ["days in the place of times", { statusTimes: "day" }, false],
    ["times without a zone", { statusTimes: "without-zone" }, false],
    ["numbers in the place of times", { statusTimes: "number" }, false],
    ["no times", { statusTimes: "absent" }, false],
    ["numbers as ids", { statusIds: "numbers" }, true],
    ["pages of twenty", { listPageMost: 20 }, true],
    ["pages that begin anew", { listPages: "repeated" }, true],
  ])("not where it has %s, though the post is there", async (_, change, isFound) => {
    const ana = await reader("snac");
    await share(ana);
    age();
    const post = makePost();
    await share(ana, post);
    await flip("snac", change);
    const found = await find(ana, post);
    expect(found === "absent").toBe(false);
    expect(typeof found === "object").toBe(isFound);
  });

  test("in pages of twenty, as far as they go back", async () => {
    const ana = await reader("snac");
    await share(ana);
    age();
    for (let others = 0; others < 30; others += 1) await share(ana);
    await flip("snac", { listPageMost: 20 });
    expect(await find(ana)).toBe("absent");
    await flip("snac", { listPages: "repeated" });
    expect(await find(ana)).toBe("unknown");
  });

  test.each([
    [404, "unknown"],
    [410, "unknown"],
  ])("not where it is refused with %i", async (status, found) => {
    const ana = await reader("snac");
    await orderFault(emulator.mastodon, LIST, { kind: "status", status, body: { error: "Gone" } });
    expect(await find(ana)).toBe(found);
  });

  test("not where something on the way kept it for long, or its server's clock is another", async () => {
    const ana = await reader("snac");
    await share(ana);
    age();
    expect(await find(ana)).toBe("absent");
    const hourAgo = new Date(Date.now() - 3_600_000).toUTCString();
    for (const headers of [{ date: hourAgo }, { age: "3600" }]) {
      const slow = openPlatforms(emulator, {
        fetch: async (url, init) => {
          const answer = await emulatedFetch(url, init);
          if (!String(url).includes("/statuses?")) return answer;
          return new Response(answer.body, { status: answer.status, headers: { ...json, ...headers } });
        },
      }).getPlatform("mastodon");
      expect(await slow.findShare(ana.account, ana.tokens, sentJustNow(makePost()))).toBe("unknown");
    }
  });

  test("not by a token that may not read, once the person's posts are no longer for all", async () => {
    const ana = await connectTo("sharkey");
    await flip("sharkey", { listScope: "as-stranger" });
    await share(ana);
    age();
    expect(await find(ana)).toBe("absent");
    await control(emulator.mastodon, "POST", "accounts", {
      ...{ server: "sharkey.localhost", username: "ana", defaultVisibility: "private" },
    });
    const post = makePost();
    await share(ana, post);
    expect(await find(ana, post)).toBe("unknown");
  });

  test("not where it lacks a post of ours that is certainly there", async () => {
    const ana = await connectTo("snac");
    const { platformPostId = "" } = await share(ana);
    await share(ana);
    age();
    const knowing = (id: string) => ({
      earlier: { platformPostId: id, postedAt: new Date(Date.now() - DAY_MS) },
      ...{ posts: [], inDoubt: { before: 0, after: 0 } },
    });
    expect(await find(ana, makePost({ others: knowing(platformPostId) }))).toBe("absent");
    expect(await find(ana, makePost({ others: knowing("another") }))).toBe("unknown");
  });
});

test.each([
  "snac",
  "wordpress",
])("%s gives words back in its own way, and our post is found all the same", async (name) => {
  const ana = await reader(name);
  await share(ana);
  age();
  const url = "https://blog.example.com/a_b?c=d&e=f";
  const post = makePost({ url, text: `Read <this> & **that**, 1 < 2, _now_\n\n${url}` });
  const { platformPostId } = await share(ana, post);
  expect(await find(ana, post)).toMatchObject({ platformPostId });
});

describe("what a server that knows no keys says to a post", () => {
  test.each([
    ["503 from a proxy", { kind: "status", status: 503, html: "<h1>503</h1>" }],
    ["503", { kind: "status", status: 503, body: { error: "Busy" } }],
    ["408", { kind: "status", status: 408, body: { error: "Too slow" } }],
  ])("%s leaves a doubt", async (_, answer) => {
    const ana = await connectTo("snac");
    await orderFault(emulator.mastodon, PUBLISH, answer);
    expect(await outcomeOf(share(ana))).toBe("ambiguous: server-trouble");
  });

  test("a key that a failed try burnt is refused: that says nothing of the post, and another key posts it", async () => {
    const ana = await connectTo("iceshrimp");
    const post = makePost({ pictures: [] });
    expect(await outcomeOf(share(ana, { ...post, text: " " }))).toBe("rejected: refused");
    expect(await outcomeOf(share(ana, sentJustNow(post)))).toBe("ambiguous: server-trouble");
    expect(await outcomeOf(share(ana, { ...sentJustNow(post), idempotencyKey: "another" }))).toBe("done");
    expect(await postsOn(emulator.mastodon)).toHaveLength(1);
  });

  test("a Mastodon that is still making the post refuses the repeat; one before 4.6 makes another", async () => {
    for (const [name, posts] of [
      ["mastodon", 1],
      ["old", 2],
    ] as const) {
      await control(emulator.mastodon, "POST", "reset", {});
      const ana = await connectTo(name);
      await flip(name, { commitSeconds: 35 });
      const post = makePost();
      await outcomeOf(share(ana, post));
      await outcomeOf(share(ana, post));
      await control(emulator.mastodon, "POST", "clock", { advanceSeconds: 36 });
      expect(await postsOn(emulator.mastodon), name).toHaveLength(posts);
    }
  });
});

describe("what proves that a post is gone", () => {
  test.each([
    "snac",
    "sharkey",
    "iceshrimp",
    "gotosocial",
  ])("deleted twice on %s, it is gone", async (name) => {
    const ana = await connectTo(name);
    const { platformPostId = "" } = await share(ana);
    expect(await outcomeOf(remove(ana, platformPostId))).toBe("done");
    expect(await outcomeOf(remove(ana, platformPostId))).toBe("done");
  });

  test("an old snac, which has no such call, is not believed", async () => {
    await flip("snac", { version: "2.75", deletion: "missing" });
    const ana = await connectTo("snac");
    const { platformPostId = "" } = await share(ana);
    expect(await outcomeOf(remove(ana, platformPostId))).toBe("rejected: incompatible-server");
    expect((await postsOn(emulator.mastodon)).filter(({ deleted }) => !deleted)).toHaveLength(1);
  });

  test("a server that has no such call does not delete by saying so", async () => {
    const ana = await connectTo("snac");
    const { platformPostId = "" } = await share(ana);
    await orderFault(emulator.mastodon, "DELETE /api/v1/statuses/:id", {
      ...{ kind: "status", status: 404, body: { error: "Not found" } },
    });
    expect(await outcomeOf(remove(ana, platformPostId))).toBe("rejected: incompatible-server");
  });

  test("that strangers are shown nothing is no proof, but on Mastodon of what is for all", async () => {
    for (const [name, presence] of [
      ["mastodon", "gone"],
      ["activities", "unknown"],
      // The token shows whose list may be read.
      ["gotosocial", "gone"],
    ] as const) {
      const { account, tokens } = await connectTo(name);
      expect(await mastodon.findPost(account, tokens, "109"), name).toBe(presence);
    }
  });
});
