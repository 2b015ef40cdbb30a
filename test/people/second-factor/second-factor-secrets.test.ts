/**
 * The secrets of people's apps survive a new session secret, a key rotation and the update from an older
 * version.
 */
import { randomUUID } from "node:crypto";
import { createOTP } from "@better-auth/utils/otp";
import { symmetricEncrypt } from "better-auth/crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rotateKeys } from "../../../src/connections/keys/rotate-keys.ts";
import { recoveryCodes, twoFactors, users } from "../../../src/database/schema.ts";
import { checkKeys } from "../../../src/operation/checks/storage.ts";
import { moveFormerSecrets } from "../../../src/people/second-factor/second-factor-secrets.ts";
import { generateKey } from "../../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../../src/vault/keyring.ts";
import { setUpCodes } from "../../harness/people/codes.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";
import { enterCode, makePerson, type Someone, startOther } from "../someone.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

test("after a new session secret people sign in by password, app code and recovery code", async () => {
  const someone = await makePerson(service);
  const { app, recovery } = await setUpCodes(someone);
  const other = await startOther(service, { SOCIAL_SESSION_SECRET: generateKey() });
  expect(await enterCode(other, someone, await app.totp())).toBe("in");
  expect(await enterCode(other, someone, recovery[0] ?? "")).toBe("in");
  await other.stop();
});

test("a change of keys takes app secrets along; with the key lost, recovery codes are still a way in", async () => {
  const someone = await makePerson(service);
  const { app, recovery } = await setUpCodes(someone);
  const fresh = generateKey();
  const { database } = service.runtime;
  const keyring = parseKeyring(`${fresh},${service.config.encryptionKeys}`);
  const lost = await startOther(service, { SOCIAL_ENCRYPTION_KEY: fresh });
  expect(await enterCode(lost, someone, await app.totp())).toContain("We can’t check codes");
  expect(await enterCode(lost, someone, recovery[0] ?? "")).toBe("in");
  await rotateKeys({ database, vault: openVault(keyring) });
  expect(await enterCode(lost, someone, await app.totp())).toBe("in");
  await lost.stop();
  const back = parseKeyring(`${service.config.encryptionKeys},${fresh}`);
  await rotateKeys({ database, vault: openVault(back) });
});

/** A person with two-step sign-in as version 1 stored it, encrypted with the session secret. */
async function makeFormer(sessionSecret = service.config.sessionSecret) {
  const someone = await makePerson(service);
  const secret = randomUUID().replaceAll("-", "");
  const codes = ["k7wmx-3hq9a", "zzzzz-22222"];
  const { database } = service.runtime;
  const seal = (data: string) => symmetricEncrypt({ key: sessionSecret, data });
  await database.insert(twoFactors).values({
    ...{ id: randomUUID(), userId: someone.id },
    formerSecret: await seal(secret),
    formerCodes: await seal(JSON.stringify(codes)),
  });
  await database.update(users).set({ twoFactorEnabled: true }).where(eq(users.id, someone.id));
  return { someone, app: createOTP(secret), codes };
}

const rowOf = async ({ id }: Someone) =>
  (await service.runtime.database.select().from(twoFactors).where(eq(twoFactors.userId, id)))[0];

test("what an older version kept is moved by several processes at once, and works on", async () => {
  const { someone, app, codes } = await makeFormer();
  const other = await startOther(service);
  await Promise.all([moveFormerSecrets(service.runtime), moveFormerSecrets(other.runtime)]);
  expect(await rowOf(someone)).toMatchObject({ formerSecret: null, formerCodes: null });
  const hashes = await service.runtime.database
    .select()
    .from(recoveryCodes)
    .where(eq(recoveryCodes.userId, someone.id));
  expect(hashes).toHaveLength(2);
  expect(await moveFormerSecrets(service.runtime)).toMatchObject({ moved: 0 });
  expect(await enterCode(service, someone, await app.totp())).toBe("in");
  expect(await enterCode(service, someone, codes[0] ?? "")).toBe("in");
  await other.stop();
});

test("what was not moved yet is moved as its person signs in", async () => {
  const { someone, codes } = await makeFormer();
  expect(await enterCode(service, someone, codes[1] ?? "")).toBe("in");
  expect((await rowOf(someone))?.secretEnc).toEqual(expect.any(String));
});

test("a process that starts moves what an older version kept", async () => {
  const { someone, app } = await makeFormer();
  const other = await startOther(service);
  await waitFor("the move", async () => (await rowOf(someone))?.secretEnc ?? undefined);
  expect(await enterCode(other, someone, await app.totp())).toBe("in");
  await other.stop();
});

test("what no secret opens is told to the person, in the log and by doctor, and the operator lets them in", async () => {
  const { someone, app } = await makeFormer("another secret, which nobody has any more");
  expect(await enterCode(service, someone, await app.totp())).toContain("Ask the operator of this service");
  expect(await enterCode(service, someone, "k7wmx-3hq9a")).toContain("Ask the operator of this service");
  expect(service.log()).toContain("kept under another SOCIAL_SESSION_SECRET");
  const checks = await checkKeys(service.runtime);
  expect(checks.find(({ id }) => id === "second-factors")).toMatchObject({ verdict: "bad" });
});
