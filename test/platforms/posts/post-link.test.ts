import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { Account, PlatformName } from "../../../src/platforms/platform.ts";
import { openPlatforms, type TestPlatforms } from "../../harness/networks/platforms.ts";

let emulator: Emulator;
let platforms: TestPlatforms;
beforeAll(async () => {
  emulator = await startEmulator();
  platforms = openPlatforms(emulator);
});
afterAll(() => emulator.stop());

const accounts: Readonly<Record<PlatformName, Account>> = {
  facebook: account("104523398765432", "Harbour Bakery"),
  instagram: account("178", "bakery.demo"),
  threads: account("26", "bakery.demo"),
  twitter: account("12", "ana"),
  linkedin: account("urn:li:person:x", "Ana"),
  mastodon: account("https://m.example/1", "ana@m.example", {
    origin: "https://m.example",
    accountId: "1",
    accountDomain: "m.example",
    maxCharacters: 500,
    charactersPerUrl: 23,
    unit: "graphemes",
  }),
  bluesky: account("did:plc:ana23lima4harbour5posts2", "ana.bsky.test"),
};

function account(id: string, username: string, extra: Account["extra"] = {}): Account {
  return { id, username, displayName: username, extra };
}

const read = (name: PlatformName, link: string) =>
  platforms.getPlatform(name).readPostLink(accounts[name], link);

/** With the network's own address in place of "HERE". */
const here = (name: PlatformName, link: string) => link.replace("HERE", new URL(emulator[name].origin).host);

test.each([
  ["twitter", "https://x.com/ana/status/1850000000000000001?s=20#m", "1850000000000000001"],
  ["twitter", "x.com/Ana/status/1850000000000000001/photo/1", "1850000000000000001"],
  ["twitter", "https://mobile.twitter.com/ana/statuses/1850000000000000001", "1850000000000000001"],
  ["twitter", "https://x.com/i/web/status/1850000000000000001", "1850000000000000001"],
  ["twitter", "http://HERE/ana/status/1850000000000000001", "1850000000000000001"],
  ["mastodon", "https://m.example/@ana/113000000000000000", "113000000000000000"],
  ["mastodon", "https://m.example/users/ana/statuses/113000000000000000", "113000000000000000"],
  ["mastodon", "https://m.example/@ana/statuses/01J9ZC2K1Q", "01J9ZC2K1Q"],
  ["mastodon", "https://m.example/notice/AoXyz123", "AoXyz123"],
  [
    "bluesky",
    "http://HERE/profile/Ana.bsky.test/post/3lbvq2xkzrs2k?ref=x",
    "at://did:plc:ana23lima4harbour5posts2/app.bsky.feed.post/3lbvq2xkzrs2k",
  ],
  [
    "bluesky",
    "at://did:plc:ana23lima4harbour5posts2/app.bsky.feed.post/3lbvq2xkzrs2k",
    "at://did:plc:ana23lima4harbour5posts2/app.bsky.feed.post/3lbvq2xkzrs2k",
  ],
  ["threads", "https://www.threads.net/@bakery.demo/post/DXbVXtqE2sj?xmt=AQF", undefined],
  ["threads", "http://HERE/@bakery.demo/post/DXbVXtqE2sj/", undefined],
  ["instagram", "http://HERE/p/DCkkKl_OGb1/?igsh=abc", undefined],
  ["instagram", "http://HERE/bakery.demo/reel/DCkkKl_OGb1/", undefined],
  [
    "linkedin",
    "http://HERE/feed/update/urn:li:share:6844785523593134080/",
    "urn:li:share:6844785523593134080",
  ],
  ["linkedin", "http://HERE/feed/update/urn%3Ali%3AugcPost%3A684478/", "urn:li:ugcPost:684478"],
  ["linkedin", "http://HERE/posts/ana_why-we-moved-activity-6844785523593134080-AbCd", undefined],
  [
    "linkedin",
    "http://HERE/posts/ana_why-we-moved-ugcPost-684478-AbCd?utm_source=share",
    "urn:li:ugcPost:684478",
  ],
  ["facebook", "http://HERE/104523398765432/posts/122104567890123456", "104523398765432_122104567890123456"],
  ["facebook", "http://HERE/harbourbakery/posts/pfbid02abc?ref=embed", undefined],
  [
    "facebook",
    "http://HERE/permalink.php?story_fbid=122104567890123456&id=104523398765432",
    "104523398765432_122104567890123456",
  ],
  ["facebook", "http://HERE/104523398765432_122104567890123456", "104523398765432_122104567890123456"],
] as const)("%s: %s is a post, and its id %s", (name, link, id) => {
  const found = read(name, here(name, link));
  expect(found?.platformPostId).toBe(id);
  expect(found?.url).toMatch(/^https?:\/\//);
  expect(found?.url).not.toMatch(/utm_|igsh|xmt|[?&]s=|#/);
});

test.each([
  ["twitter", "https://x.com/ben/status/1850000000000000001"],
  ["twitter", "https://x.com/ana"],
  ["twitter", "https://x.com.evil.example/ana/status/1"],
  ["twitter", "https://evil.example/x.com/ana/status/1"],
  ["twitter", "https://ana@x.com/ana/status/1"],
  ["twitter", "https://x.com:8443/ana/status/1"],
  ["twitter", "javascript:alert(1)//x.com/ana/status/1"],
  ["twitter", "data:text/html,x.com/ana/status/1"],
  ["twitter", ""],
  ["twitter", "it is there, I saw it"],
  ["mastodon", "https://other.example/@ana/113000000000000000"],
  ["mastodon", "https://m.example/@ben/113000000000000000"],
  ["mastodon", "https://m.example/@ana@other.example/113000000000000000"],
  ["mastodon", "https://m.example/@ana"],
  ["threads", "http://HERE/@somebody/post/DXbVXtqE2sj"],
  ["instagram", "http://HERE/somebody/p/DCkkKl_OGb1/"],
  ["instagram", "http://HERE/explore/"],
  ["linkedin", "http://HERE/in/ana/"],
  ["linkedin", "http://HERE/feed/update/%E0%A4%A/"],
  ["mastodon", "https://m.example/@ana/%E0%A4%A"],
  ["twitter", "https://x.com/ana/status/%"],
  ["threads", "http://HERE/@bakery.demo/post/%C3"],
  ["instagram", "http://HERE/p/%"],
  ["facebook", "http://HERE/%E0%A4%A"],
  ["linkedin", "https://linkedin.com.evil.example/feed/update/urn:li:share:1/"],
  ["facebook", "http://HERE/permalink.php?story_fbid=1&id=999"],
  ["facebook", "http://HERE/999_122104567890123456"],
  ["facebook", "http://HERE/harbourbakery"],
] as const)("%s: %s is none of theirs", (name, link) => {
  expect(read(name, here(name, link))).toBeUndefined();
});

test.each(Object.keys(accounts) as PlatformName[])("%s: the example is one", (name) => {
  const example = new URL(platforms.getPlatform(name).about.postLinkExample);
  const names = new Map([
    ["mastodon", "you@m.example"],
    ["bluesky", "you.bsky.social"],
  ]);
  const mine = { ...accounts[name], username: names.get(name) ?? "you" };
  const path = example.pathname + example.search;
  const origin = name === "mastodon" ? "https://m.example" : emulator[name].origin;
  expect(platforms.getPlatform(name).readPostLink(mine, origin + path)).toBeDefined();
});
