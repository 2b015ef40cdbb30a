/** The link of a page in the first comment below its post. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { OAuthResult, Post, SocialPlatform } from "../../../src/platforms/platform.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  connect,
  makePost,
  openPlatforms,
  outcomeOf,
  startDance,
  type TestPlatforms,
} from "../../harness/networks/platforms.ts";
import { countCalls } from "../../harness/people/shares.ts";
import { telling } from "../../harness/told.ts";

const COMMENT = "POST /:version/:id/comments";
const LIST = "GET /:version/:id/comments";
const PUBLISH = "POST /:version/:id/media_publish";
const url = "https://blog.example.com/posts/sqlite/";

let emulator: Emulator;
let platforms: TestPlatforms;
let instagram: SocialPlatform;
let ana: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const ways = ["instagram", "facebook"] as const;

async function openAs(way: (typeof ways)[number]): Promise<void> {
  for (const network of [emulator.instagram, emulator.facebook]) await control(network, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  instagram = platforms.getPlatform("instagram");
  ana = await connect(instagram, { way });
}

const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.instagram, "POST", "problems", { endpoint, problem: name, ...more });
const makeCommented = (more: Partial<Post> = {}) =>
  makePost({
    ...{ url, text: instagram.composeText("Worth a read", url, { comment: true }) },
    ...{ options: { comment: true }, ...more },
  });
const share = (post: Post) => instagram.shareLink(ana.account, ana.tokens, post);
const comments = () =>
  emulator.instagram.world.memory.posts.map(({ comments: said }) => said.map(({ text }) => text));

describe.each(ways)("connected by %s login", (way) => {
  beforeEach(() => openAs(way));

  test("is offered where the person allowed comments, and asked for only where the operator wants it", async () => {
    expect(instagram.optionsOf(ana.account).map(({ name }) => name)).toEqual(["comment"]);
    const verified = await instagram.verifyToken(ana.account, ana.tokens);
    expect(instagram.optionsOf(verified)).toHaveLength(1);
    const settings = { SOCIAL_INSTAGRAM_COMMENTS: undefined };
    const without = openPlatforms(emulator, { settings }).getPlatform("instagram");
    const scopeOf = async (platform: SocialPlatform) =>
      new URL((await startDance(platform, { way })).authorization.url).searchParams.get("scope");
    expect(await scopeOf(instagram)).toMatch(/manage_comments/);
    expect(await scopeOf(without)).not.toMatch(/comments/);
    // Facebook keeps what was granted before.
    await control(emulator.facebook, "POST", "reset", {});
    expect(without.optionsOf((await connect(without, { way })).account)).toEqual([]);
  });

  test("is below the post, whose caption has no link", async () => {
    const post = makeCommented();
    expect(post.text).toBe("Worth a read");
    const result = await share(post);
    expect(result.remark).toBeUndefined();
    expect(comments()).toEqual([[url]]);
  });

  test("stays in the caption where it is not wanted, or is too long for a comment", async () => {
    expect(instagram.composeText("Worth a read", url)).toBe(`Worth a read\n\n${url}`);
    const long = `${url}?${"a".repeat(300)}`;
    const post = makeCommented({ url: long });
    expect(instagram.composeText("Worth a read", long, post.options)).toBe(`Worth a read\n\n${long}`);
    expect((await share(post)).remark).toBeUndefined();
    expect(comments()).toEqual([[]]);
  });
});

describe("when something fails", () => {
  beforeEach(() => openAs("instagram"));

  test("a comment whose answer was lost is found, and not written twice", async () => {
    await problem(COMMENT, "service-down", { after: true });
    expect((await share(makeCommented())).remark).toBeUndefined();
    expect(comments()).toEqual([[url]]);
  });

  test("one that nobody can tell is said, and not sent again", async () => {
    await problem(COMMENT, "service-down");
    const { remark, platformPostId } = await share(makeCommented());
    expect(platformPostId).toBeDefined();
    expect(remark).toEqual(telling("did not confirm the comment"));
    expect(await countCalls(emulator.instagram, COMMENT)).toBe(1);
  });

  test("a comment that is refused is said with Instagram's reason; the post is out all the same", async () => {
    await problem(COMMENT, "permission-missing");
    const { remark, platformPostId } = await share(makeCommented());
    expect(platformPostId).toBeDefined();
    expect(remark).toEqual(telling("without the comment that holds the link"));
    expect(await countCalls(emulator.instagram, LIST)).toBe(0);
  });

  test("a post that is found after a lost answer gets its comment then, once", async () => {
    await problem(PUBLISH, "service-down", { after: true });
    const post = makeCommented();
    expect(await outcomeOf(share(post))).toMatch(/^ambiguous/);
    expect(comments()).toEqual([[]]);
    for (let looks = 0; looks < 2; looks += 1) {
      const found = await instagram.findShare(ana.account, ana.tokens, { ...post, firstSentAt: new Date() });
      expect(found).toMatchObject({ platformPostId: expect.any(String) });
      expect(found).not.toHaveProperty("remark");
    }
    expect(comments()).toEqual([[url]]);
    expect(await countCalls(emulator.instagram, COMMENT)).toBe(1);
  });
});
