/** Servers that move, refuse strangers, limit by address, are slow, or differ in what a list or a text means. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { OAuthResult, SocialPlatform } from "../../../src/platforms/platform.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  connect,
  errorOf,
  makePost,
  openPlatforms,
  outcomeOf,
  startDance,
  type TestPlatforms,
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";

const PUBLISH = "POST /api/v1/statuses";

let emulator: Emulator;
let platforms: TestPlatforms;
let mastodon: SocialPlatform;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.mastodon, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  mastodon = platforms.getPlatform("mastodon");
});

const at = (name = "mastodon") => `${name}.localhost:${emulator.mastodon.port}`;
const connectTo = (name?: string, account = "ana") => connect(mastodon, { server: at(name), account });
const flip = (change: object) => control(emulator.mastodon, "POST", "switches", change);
const share = ({ account, tokens }: OAuthResult, post = makePost()) =>
  mastodon.shareLink(account, tokens, post);

describe("a server that moved to another host", () => {
  test("is connected at its new host, also by a handle", async () => {
    await flip({ server: "old.localhost", movedTo: "social.localhost" });
    for (const server of [at("old"), `https://${at("old")}/`, `@ana@${at("old")}`]) {
      const { account } = await connect(mastodon, { server, account: "ana" });
      expect(account.extra.origin, server).toBe(`http://${at("social")}`);
    }
  });

  test("gets no post and no token from those who are connected, who are told where it sends us", async () => {
    const ana = await connectTo("old");
    await flip({ server: "old.localhost", movedTo: "social.localhost" });
    const error = await errorOf(share(ana));
    expect([error.kind, error.code]).toEqual(["rejected", "server-moved"]);
    expect(error.message).toContain(at("social"));
    expect(await outcomeOf(mastodon.verifyToken(ana.account, ana.tokens))).toBe("rejected: server-moved");
    expect(await postsOn(emulator.mastodon)).toEqual([]);
    const told = platforms.requests.filter(
      ({ url, headers }) => url.includes("social.localhost") && headers.has("authorization"),
    );
    expect(told).toEqual([]);
  });

  test("a redirect that stays on the server posts nothing either", async () => {
    const ana = await connectTo();
    const headers = { location: "/api/v1/statuses/" };
    await orderFault(emulator.mastodon, PUBLISH, { kind: "status", status: 301, body: {}, headers });
    expect(await outcomeOf(share(ana))).toBe("rejected: incompatible-server");
    expect(await postsOn(emulator.mastodon)).toEqual([]);
  });
});

describe("a server that asks who calls", () => {
  test("learns in every call that it is Sharewell, and where to find it", async () => {
    const ana = await connectTo();
    await flip({ userAgents: "named" });
    expect(await outcomeOf(share(ana))).toBe("done");
    expect(await outcomeOf(startDance(mastodon, { server: at() }))).toBe("done");
    const names = new Set(platforms.requests.map(({ headers }) => headers.get("user-agent")));
    expect([...names]).toEqual(["Sharewell (+http://127.0.0.1:4100/)"]);
  });

  test("is not mistaken for a misspelt one when it blocks us", async () => {
    const anonymous = openPlatforms(emulator, {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        request.headers.set("user-agent", "node");
        return await emulatedFetch(request);
      },
    });
    await flip({ userAgents: "named" });
    const error = await errorOf(startDance(anonymous.getPlatform("mastodon"), { server: at() }));
    expect([error.kind, error.code]).toEqual(["rejected", "blocked"]);
    expect(error.message).toContain("refuses requests from this service");
  });
});

describe("limits by our address", () => {
  test("make everybody wait until the server's own time, and nothing is posted", async () => {
    const [ana, ben] = [await connectTo("gotosocial"), await connectTo("gotosocial", "ben")];
    const windowMs = 300_000;
    const windowStart = Math.floor(emulator.mastodon.world.now().getTime() / windowMs) * windowMs;
    emulator.mastodon.world.memory.rates["address gotosocial.localhost"] = { windowStart, count: 300 };
    for (const person of [ana, ben]) {
      const error = await errorOf(share(person));
      expect(error.kind).toBe("rate-limited");
      expect(error.retryAt?.getTime()).toBe(windowStart + windowMs);
    }
    expect(await postsOn(emulator.mastodon)).toEqual([]);
  });

  test("on registering do not concern those who come to an app that is there", async () => {
    for (let round = 0; round < 6; round += 1) await startDance(mastodon, { server: at() });
    expect(await countCalls(emulator.mastodon, "POST /api/v1/apps")).toBe(1);
  });

  test("on registering are told with their end where each flow needs an app", async () => {
    for (let round = 0; round < 5; round += 1) await startDance(mastodon, { server: at("old") });
    const error = await errorOf(startDance(mastodon, { server: at("old") }));
    expect(error.kind).toBe("rate-limited");
    expect(error.retryAt?.getTime()).toBeGreaterThan(Date.now());
  });
});

describe("what the list proves", () => {
  test.each([
    ["private", "unknown"],
    ["unlisted", "absent"],
  ])("on Takahē, whose list hides posts for followers: a post that is %s is %s", async (visibility, found) => {
    const ana = await connectTo("takahe");
    const earlier = await share(ana, makePost({ text: "Something else" }));
    const firstSentAt = new Date();
    for (const listed of emulator.mastodon.world.memory.posts)
      listed.createdAt = new Date(firstSentAt.getTime() - 7_200_000).toISOString();
    const post = makePost({
      options: { visibility },
      others: {
        earlier: { platformPostId: earlier.platformPostId ?? "", postedAt: new Date(0) },
        posts: [],
        inDoubt: { before: 0, after: 0 },
      },
    });
    expect(await mastodon.findShare(ana.account, ana.tokens, { ...post, firstSentAt })).toBe(found);
  });
});

describe("how each server counts", () => {
  test.each([
    ["takahe", 2, 60],
    ["pixelfed", 2, 60],
    ["iceshrimp", 4, 60],
    ["mastodon", 2, 23],
  ])("on %s two emoji count %i, and an address of 60 characters %i", async (name, emoji, address) => {
    const { account } = await connectTo(name);
    const url = `https://example.com/${"x".repeat(40)}`;
    expect(mastodon.countText(account, "😀😀").length).toBe(emoji);
    expect(mastodon.countText(account, url).length).toBe(address);
  });
});

describe("Pixelfed", () => {
  test("is asked for the only scopes that it has", async () => {
    const { authorization } = await startDance(mastodon, { server: at("pixelfed") });
    expect(new URL(authorization.url).searchParams.get("scope")).toBe("read write");
  });

  test("gets the page's picture where the person chose none", async () => {
    await share(await connectTo("pixelfed"));
    expect(await postsOn(emulator.mastodon)).toMatchObject([{ media: [{}] }]);
  });

  test("without any picture, nothing is sent, and the person is told what is missing", async () => {
    const ana = await connectTo("pixelfed");
    const error = await errorOf(share(ana, makePost({ loadPicture: async () => undefined })));
    expect([error.kind, error.code]).toEqual(["rejected", "no-picture"]);
    expect(await countCalls(emulator.mastodon, PUBLISH)).toBe(0);
  });
});

describe("who can quote a post", () => {
  test.each([
    ["mastodon", true],
    ["mastodon45", true],
    ["mastodon44", false],
    ["gotosocial", false],
  ])("is offered on %s: %s", async (name, isOffered) => {
    const { account } = await connectTo(name);
    const names = mastodon.optionsOf(account).map((option) => option.name);
    expect(names.includes("quotes")).toBe(isOffered);
  });

  test("is sent as chosen, and left to the server otherwise", async () => {
    const ana = await connectTo();
    await share(ana, makePost({ options: { quotes: "nobody" } }));
    await share(ana);
    const policies = emulator.mastodon.world.memory.posts.map(({ quotePolicy }) => quotePolicy);
    expect(policies).toEqual(["nobody", undefined]);
  });
});
