/** X's fields have two spellings: the documented one, and the earlier one, which still works. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { OAuthResult, SocialPlatform } from "../../../src/platforms/platform.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  connect,
  makePost,
  openPlatforms,
  sentJustNow,
  type TestPlatforms,
} from "../../harness/networks/platforms.ts";

let emulator: Emulator;
let platforms: TestPlatforms;
let twitter: SocialPlatform;
let ben: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.twitter, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  twitter = platforms.getPlatform("twitter");
  ben = await connect(twitter, { account: "ben" });
});

const flip = (change: object) => control(emulator.twitter, "POST", "switches", change);
const asked = () =>
  platforms.requests
    .filter(({ url }) => url.includes("/tweets?"))
    .map(({ url }) => new URL(url).searchParams);

test.each([
  ["both", ["post.fields"]],
  ["documented", ["post.fields"]],
  ["former", ["post.fields", "tweet.fields"]],
])("a long post is found whole at an X that takes %s", async (fieldNames, spellings) => {
  await flip({ fieldNames });
  const post = makePost({ text: `${"word ".repeat(200)}https://blog.example.com/long` });
  const { platformPostId } = await twitter.shareLink(ben.account, ben.tokens, post);
  expect(await twitter.findShare(ben.account, ben.tokens, sentJustNow(post))).toMatchObject({
    platformPostId,
  });
  expect(asked().map((query) => [...query.keys()].find((key) => key.endsWith(".fields")))).toEqual(spellings);
});

test("the emulator answers each spelling in its own words, and refuses what it does not know", async () => {
  const post = makePost({ text: `${"word ".repeat(200)}end` });
  const { platformPostId: id } = await twitter.shareLink(ben.account, ben.tokens, post);
  const read = async (query: string) => {
    const url = `http://127.0.0.1:${emulator.twitter.port}/2/tweets/${id}?${query}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${ben.tokens.accessToken}` } });
    return [answer.status, Object.keys(((await answer.json()) as { data?: object }).data ?? {}).toSorted()];
  };
  expect(await read("post.fields=note_post")).toEqual([
    200,
    ["edit_history_post_ids", "id", "note_post", "text"],
  ]);
  expect(await read("tweet.fields=note_tweet")).toEqual([
    200,
    ["edit_history_tweet_ids", "id", "note_tweet", "text"],
  ]);
  expect(await read("post.fields=note_tweet")).toEqual([400, []]);
  expect(await read("expansions=bogus")).toEqual([400, []]);
  expect((await read("expansions=author_id"))[0]).toBe(200);
});
