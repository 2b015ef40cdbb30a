/** Codes from an app and recovery codes: each works once, also for parallel requests, and guessing is limited. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pendingSignIns, twoFactors } from "../../../src/database/schema.ts";
import { useCode } from "../../../src/people/second-factor/codes.ts";
import { codesIn, setUpCodes } from "../../harness/people/codes.ts";
import { createVisitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { afterPassword, enterCode, isIn, makePerson, type Someone, startOther } from "../someone.ts";

const nowhere = { headers: new Headers(), ipAddress: undefined };

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

test("a code of the app lets in one of six who enter it at once, in two processes", async () => {
  const someone = await makePerson(service);
  const { app } = await setUpCodes(someone);
  const other = await startOther(service);
  const places = [service, other, service, other, service, other];
  const visitors = await Promise.all(places.map((place) => afterPassword(place, someone)));
  const code = await app.totp();
  await Promise.all(visitors.map((visitor) => visitor.post("/login/code/", { code })));
  const inside = await Promise.all(visitors.map(isIn));
  expect(inside.filter(Boolean)).toHaveLength(1);
  expect(await enterCode(other, someone, code)).toContain("This code was already used");
  await other.stop();
});

/** Enters codes while the clock stands still. */
async function setUpStandingClock() {
  const someone = await makePerson(service);
  const { app } = await setUpCodes(someone);
  const runtime = { ...service.runtime, now: () => now };
  const now = new Date();
  const enter = async (step: number) =>
    await useCode(runtime, nowhere, { userId: someone.id, typed: await app.hotp(step) });
  return { step: Math.floor(now.getTime() / 30_000), enter };
}

const USED = { problem: expect.stringContaining("This code was already used") };

test("no code counts that is older than one that was used, and one from the next half minute does", async () => {
  const { step, enter } = await setUpStandingClock();
  expect(await enter(step)).toBeUndefined();
  expect(await enter(step - 1)).toEqual(USED);
  expect(await enter(step)).toEqual(USED);
  expect(await enter(step + 1)).toBeUndefined();
  expect(await enter(step)).toEqual(USED);
});

test("a clock may be one half minute off, not two", async () => {
  const { step, enter } = await setUpStandingClock();
  for (const off of [-2, 2])
    expect(await enter(step + off)).toEqual({ problem: expect.stringContaining("This code is wrong") });
  expect(await enter(step + 1)).toBeUndefined();
});

test("a code that turned two-step sign-in on counts once more, and none before it", async () => {
  const someone = await makePerson(service);
  const { app } = await setUpCodes(someone);
  const [row] = await service.runtime.database
    .select()
    .from(twoFactors)
    .where(eq(twoFactors.userId, someone.id));
  const before = row?.lastStep ?? 0;
  const now = () => new Date((before + 1) * 30_000);
  const enter = async (step: number) =>
    await useCode({ ...service.runtime, now }, nowhere, { userId: someone.id, typed: await app.hotp(step) });
  expect(await enter(before)).toEqual(USED);
  expect(await enter(before + 1)).toBeUndefined();
  expect(await enter(before + 1)).toEqual(USED);
});

test("a recovery code lets in one of six who enter it at once, in two processes", async () => {
  const someone = await makePerson(service);
  const { recovery } = await setUpCodes(someone);
  const other = await startOther(service);
  const places = [service, other, service, other, service, other];
  const visitors = await Promise.all(places.map((place) => afterPassword(place, someone)));
  const [code = ""] = recovery;
  await Promise.all(visitors.map((visitor) => visitor.post("/login/code/", { code })));
  expect((await Promise.all(visitors.map(isIn))).filter(Boolean)).toHaveLength(1);
  await other.stop();
});

/** The cookie that leads a browser to the second step. */
async function cookieAfterPassword({ login }: Someone): Promise<string> {
  const answer = await createVisitor(service).post("/login/", login);
  const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return cookies.find((cookie) => /two_factor=./.test(cookie)) ?? "";
}

test("one first proof leads to one session, in whichever browser its cookie is", async () => {
  const someone = await makePerson(service);
  const { app, recovery } = await setUpCodes(someone);
  const headers = { cookie: await cookieAfterPassword(someone) };
  const [visitor, thief] = [createVisitor(service), createVisitor(service)];
  await visitor.post("/login/code/", { code: await app.totp() }, headers);
  const late = await thief.post("/login/code/", { code: recovery[0] ?? "" }, headers);
  expect(await late.text()).toContain("Start signing in again");
  expect([await isIn(visitor), await isIn(thief)]).toEqual([true, false]);
});

test("two good codes at once after one first proof let in once", async () => {
  const someone = await makePerson(service);
  const { app, recovery } = await setUpCodes(someone);
  const headers = { cookie: await cookieAfterPassword(someone) };
  const codes = [await app.totp(), recovery[0] ?? ""];
  const places = await Promise.all(
    codes.map(async (code) => {
      const place = createVisitor(service);
      await place.post("/login/code/", { code }, headers);
      return place;
    }),
  );
  expect((await Promise.all(places.map(isIn))).filter(Boolean)).toHaveLength(1);
});

test("a code that comes ten minutes after the password is too late", async () => {
  const someone = await makePerson(service);
  const { app } = await setUpCodes(someone);
  const visitor = await afterPassword(service, someone);
  await service.runtime.database
    .update(pendingSignIns)
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where(eq(pendingSignIns.userId, someone.id));
  const late = await visitor.post("/login/code/", { code: await app.totp() });
  expect(await late.text()).toContain("Start signing in again");
});

test("recovery codes count once the app was proved to work, and an app that works is not replaced unasked", async () => {
  const someone = await makePerson(service);
  const begun = await someone.visitor.post("/account/second-factor/", someone.login);
  const [code = ""] = codesIn(await begun.text());
  expect(await useCode(service.runtime, nowhere, { userId: someone.id, typed: code })).toHaveProperty(
    "problem",
  );
  const { app } = await setUpCodes(someone);
  const again = await someone.visitor.post("/account/second-factor/", someone.login);
  expect(again.status).toBe(422);
  expect(await again.text()).toContain("already on");
  expect(await enterCode(service, someone, await app.totp())).toBe("in");
});

test("a session that a browser brought to the sign-in is not the one it leaves with, and ends", async () => {
  const someone = await makePerson(service);
  const [planted = ""] = someone.visitor.cookies();
  const byThief = async () =>
    (await createVisitor(service).get("/account/", { cookie: `sharewell.session_token=${planted}` })).status;
  expect(await byThief()).toBe(200);
  await someone.visitor.post("/login/", someone.login);
  expect([await isIn(someone.visitor), await byThief()]).toEqual([true, 303]);
});

test("ten wrong codes in a row close the app's way for a quarter of an hour, also at once, and recovery codes stay a way", async () => {
  const someone = await makePerson(service);
  const { app, recovery } = await setUpCodes(someone);
  const visitors = await Promise.all([0, 1, 2].map(() => afterPassword(service, someone)));
  const guesses = visitors.flatMap((visitor) => [1, 2, 3, 4].map(() => visitor));
  const answers = await Promise.all(guesses.map((each) => each.post("/login/code/", { code: "000000" })));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  expect(await enterCode(service, someone, await app.totp())).toContain("Too many wrong codes");
  expect(await enterCode(service, someone, recovery[0] ?? "")).toBe("in");
  await service.runtime.database
    .update(twoFactors)
    .set({ lockedUntil: new Date(Date.now() - 1_000) })
    .where(eq(twoFactors.userId, someone.id));
  expect(await enterCode(service, someone, "000000")).toContain("This code is wrong");
  expect(await enterCode(service, someone, await app.totp())).toBe("in");
});

test("who does not know the password locks nobody out", async () => {
  const someone = await makePerson(service);
  const { app } = await setUpCodes(someone);
  const stranger = createVisitor(service);
  await stranger.post("/login/", { ...someone.login, password: "a wild guess" });
  for (let tries = 0; tries < 12; tries += 1) await stranger.post("/login/code/", { code: "000000" });
  expect(await enterCode(service, someone, await app.totp())).toBe("in");
});
