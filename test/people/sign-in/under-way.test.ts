/** Nothing that was in progress when a person's access was ended, in this process or another, lets anybody in. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  passkeys,
  pendingSignIns,
  sessions,
  socialShares,
  trustedBrowsers,
  twoFactors,
  users,
} from "../../../src/database/schema.ts";
import { endAllAccess } from "../../../src/people/ending.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { beginCodes, setUpCodes } from "../../harness/people/codes.ts";
import { draftFor } from "../../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { afterPassword, isIn, makePerson, type Someone, startOther } from "../someone.ts";

const olga = { email: "olga@example.com", password: "a bell in the fog" };
const newPassword = "a lamp in the window";

let service: TestService;
let other: TestService;
let operator: Visitor;
let owner: Someone;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, { name: "Olga", ...olga });
  other = await startOther(service);
  operator = await signedInVisitor(other, olga);
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});
beforeEach(async () => {
  owner = await makePerson(service);
});

/** The owner's browser, sending its requests to the other process. */
function elsewhere({ visitor }: Someone) {
  const cookie = visitor.cookieHeader();
  return (path: string, form: Record<string, string> = {}) =>
    createVisitor(other).post(path, form, { cookie });
}

/** Runs after this process found a password right and before it acts on that. */
async function onceRight(meanwhile: () => Promise<unknown>): Promise<void> {
  const { password } = await (await service.runtime.people.auth()).context;
  const { verify } = password;
  password.verify = async (given) => {
    password.verify = verify;
    const isRight = await verify(given);
    await meanwhile();
    return isRight;
  };
}

type End = (owner: Someone) => Promise<unknown>;

async function addPasskey({ id }: Someone): Promise<string> {
  const passkey = randomUUID();
  await service.runtime.database.insert(passkeys).values({
    ...{ id: passkey, userId: id, credentialID: passkey, publicKey: "unused", counter: 0 },
    ...{ deviceType: "singleDevice", backedUp: false },
  });
  return passkey;
}

const endings: readonly [string, End][] = [
  ["signs out everywhere", (someone) => elsewhere(someone)("/account/sign-out-everywhere/")],
  [
    "changes the password",
    (someone) =>
      elsewhere(someone)("/account/password/", { currentPassword: someone.login.password, newPassword }),
  ],
  [
    "removes a passkey",
    async (someone) => elsewhere(someone)(`/account/passkeys/${await addPasskey(someone)}/remove/`),
  ],
  ["is blocked", ({ id }) => operator.post(`/admin/people/${id}/block/`, {})],
];

async function countWaysIn({ id }: Someone) {
  const { database } = service.runtime;
  return {
    waiting: await database.$count(pendingSignIns, eq(pendingSignIns.userId, id)),
    trusted: await database.$count(trustedBrowsers, eq(trustedBrowsers.userId, id)),
  };
}

test.each(endings)("a sign-in is under way while its owner %s: it signs nobody in", async (_, end) => {
  let ended: unknown;
  await onceRight(async () => {
    ended = await end(owner);
  });
  const stranger = createVisitor(service);
  const answer = await stranger.post("/login/", owner.login);
  expect(ended).toMatchObject({ status: 303 });
  expect(answer.status).toBe(422);
  expect(await isIn(stranger)).toBe(false);
});

test.each(
  endings,
)("a sign-in that needs a code is under way while its owner %s: no code is waited for", async (_, end) => {
  const { recovery } = await setUpCodes(owner);
  await onceRight(() => end(owner));
  const stranger = createVisitor(service);
  expect((await stranger.post("/login/", owner.login)).status).toBe(422);
  expect(await countWaysIn(owner)).toEqual({ waiting: 0, trusted: 0 });
  await stranger.post("/login/code/", { code: recovery[0] ?? "", trust: "yes" });
  expect(await isIn(stranger)).toBe(false);
});

test.each(endings)("a confirmation is under way while its owner %s: no session goes on", async (_, end) => {
  const stolen = await signedInVisitor(service, owner.login);
  await onceRight(() => end(owner));
  await stolen.post("/account/confirm/", { password: owner.login.password, next: "/account/" });
  expect(await isIn(stolen)).toBe(false);
});

test.each(endings)("a new password is under way while its owner %s: nothing comes of it", async (_, end) => {
  const stolen = await signedInVisitor(service, owner.login);
  await onceRight(() => end(owner));
  const strangers = "the stranger knows it";
  const answer = await stolen.post("/account/password/", {
    currentPassword: owner.login.password,
    newPassword: strangers,
  });
  expect(answer.status).toBe(422);
  expect(await isIn(stolen)).toBe(false);
  expect((await createVisitor(service).post("/login/", { ...owner.login, password: strangers })).status).toBe(
    422,
  );
});

/** Ends all access while a request that began with a valid session waits for the person's row. */
async function endBefore<T>(request: () => Promise<T>, blockedAt: Date | null = null): Promise<T> {
  const { database } = service.runtime;
  let answer: Promise<T> | undefined;
  await database.transaction(async (transaction) => {
    await transaction.update(users).set({ blockedAt }).where(eq(users.id, owner.id));
    await endAllAccess(transaction, owner.id, service.runtime.now());
    answer = request();
    await expect
      .poll(async () => {
        const { rows } = await other.runtime.database.execute(
          sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rows.length;
      })
      .toBeGreaterThan(0);
  });
  if (answer === undefined) throw new Error("Nothing was asked.");
  return await answer;
}

test("a code that turns two-step sign-in on, under way when all access ends, locks nobody out", async () => {
  const { visitor, id } = owner;
  const { app } = await beginCodes(owner);
  const code = await app.totp();
  await endBefore(() => visitor.post("/account/second-factor/confirm/", { code }));
  const { database } = service.runtime;
  const [row] = await database.select().from(users).where(eq(users.id, id));
  const [factor] = await database.select().from(twoFactors).where(eq(twoFactors.userId, id));
  expect([row?.twoFactorEnabled, factor?.verified]).toEqual([false, false]);
  expect(await database.$count(sessions, eq(sessions.userId, id))).toBe(0);
});

test("a code of a sign-in, under way when all access ends, signs nobody in and trusts no browser", async () => {
  const { recovery } = await setUpCodes(owner);
  const stranger = await afterPassword(service, owner);
  await endBefore(() => stranger.post("/login/code/", { code: recovery[0] ?? "", trust: "yes" }));
  expect(await isIn(stranger)).toBe(false);
  expect(await countWaysIn(owner)).toEqual({ waiting: 0, trusted: 0 });
});

test("a mailed link, under way when all access ends, signs nobody in", async () => {
  await createVisitor(service).post("/login/link/", { email: owner.login.email });
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast(({ to }) => to === owner.login.email);
  const token = /token=([\w-]+)/.exec(letter?.text ?? "")?.[1] ?? "";
  const stranger = createVisitor(service);
  const answer = await endBefore(() => stranger.post("/login/link/confirm/", { token }));
  expect(answer.status).toBe(410);
  expect(await isIn(stranger)).toBe(false);
});

test("what somebody shares while they are blocked is not shared", async () => {
  const connection = await connectAccount(service.runtime, owner, { platform: "threads" });
  const draft = draftFor([connection]);
  const told = await endBefore(
    () => submitShares(service.runtime, owner, draft).catch((error: unknown) => error),
    new Date(),
  );
  expect(told).toMatchObject({ name: "Barred", told: expect.stringContaining("is blocked") });
  expect(await service.runtime.database.$count(socialShares, eq(socialShares.userId, owner.id))).toBe(0);
});

test("whatever somebody does while they are blocked is refused, and the page says why", async () => {
  const { visitor } = owner;
  const path = `/social/share/${randomUUID()}/cancel/`;
  const answer = await endBefore(() => visitor.post(path, {}), new Date());
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("is blocked")]);
});

test("who is let in at the same moment in several browsers is in with all of them", async () => {
  const browsers = Array.from({ length: 6 }, () => createVisitor(service));
  const answers = await Promise.all(browsers.map((browser) => browser.post("/login/", owner.login)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 303));
});
