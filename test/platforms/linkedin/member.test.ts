import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { SocialPlatform } from "../../../src/platforms/platform.ts";
import { control } from "../../harness/networks/networks.ts";
import { connect, errorOf, makePost, openPlatforms, outcomeOf } from "../../harness/networks/platforms.ts";
import { orderFault } from "../../harness/people/shares.ts";

const DAY_MS = 86_400_000;

let emulator: Emulator;
let linkedin: SocialPlatform;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.linkedin, "POST", "reset", {});
  linkedin = openPlatforms(emulator).getPlatform("linkedin");
});

const flip = (change: object) => control(emulator.linkedin, "POST", "switches", change);
const asMember = () => connect(linkedin, { way: "profile" });
const asPage = () => connect(linkedin, { way: "pages", account: "ana" });

test("a member whom LinkedIn does not tell when asked is read from what it signed beside the token", async () => {
  const { account: told } = await asMember();
  await flip({ userinfo: "refused" });
  expect((await asMember()).account).toEqual(told);
});

test.each([
  "none",
  "other-app",
  "other-issuer",
  "foreign-key",
  "over",
])("but not from an id_token that is %s", async (idToken) => {
  await flip({ userinfo: "refused", idToken });
  const error = await errorOf(asMember());
  expect([error.code, error.operator]).toEqual(["app-not-permitted", true]);
});

test("keys that cannot be had for a moment are asked for again, and blamed on nobody's settings", async () => {
  await flip({ userinfo: "refused" });
  const KEYS = "GET /oauth/openid/jwks";
  await orderFault(emulator.linkedin, KEYS, { kind: "status", status: 503, body: {} });
  expect((await asMember()).account.displayName).toBe("Ana Lima");
  await orderFault(emulator.linkedin, KEYS, { kind: "drop", when: "before" }, 3);
  expect(await outcomeOf(asMember())).toBe("transient: unreadable");
});

test("a version that is not served is the operator's to change, whatever the status", async () => {
  const ana = await asMember();
  await flip({ versions: ["202611"], versionStatus: "400" });
  const error = await errorOf(linkedin.shareLink(ana.account, ana.tokens, makePost()));
  expect([error.kind, error.code, error.operator, error.status]).toEqual([
    "rejected",
    "version-ended",
    true,
    400,
  ]);
});

test("a repeat of a post that LinkedIn no longer has brings no link to it", async () => {
  const page = await asPage();
  await flip({ deletedStayKnown: true });
  const post = makePost();
  const share = (again = post) => linkedin.shareLink(page.account, page.tokens, again);
  const { platformPostId = "" } = await share();
  expect((await errorOf(share())).existing?.platformPostId).toBe(platformPostId);
  await linkedin.deletePost?.(page.account, page.tokens, platformPostId);
  const repeat = await errorOf(share());
  expect([repeat.kind, repeat.existing]).toEqual(["duplicate", undefined]);
  expect(repeat.message).toContain("a post that was deleted");
  // In doubt, it does not prove that the post exists.
  const doubtful = { ...post, firstSentAt: new Date(Date.now() - DAY_MS) };
  expect(await outcomeOf(share(doubtful))).toBe("ambiguous: ghost");
});

test("where LinkedIn lets nobody look, its own word for the first post holds", async () => {
  const ana = await asMember();
  const post = makePost();
  const { platformPostId } = await linkedin.shareLink(ana.account, ana.tokens, post);
  const repeat = () => errorOf(linkedin.shareLink(ana.account, ana.tokens, post));
  expect((await repeat()).existing?.platformPostId).toBe(platformPostId);
  await flip({ deletedStayKnown: true, missingPosts: "told" });
  await linkedin.deletePost?.(ana.account, ana.tokens, platformPostId ?? "");
  expect((await repeat()).existing).toBeUndefined();
});
