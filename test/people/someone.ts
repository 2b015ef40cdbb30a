/** People with an account and a signed-in browser, for tests of identity confirmation and of ending access. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { sessions, users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

export interface Someone {
  readonly id: string;
  readonly login: { readonly email: string; readonly password: string };
  readonly visitor: Visitor;
}

export async function makePerson(service: TestService): Promise<Someone> {
  const login = { email: `${randomUUID()}@example.com`, password: "a sea of lanterns" };
  await createPerson(service.runtime, { name: "Ana", ...login });
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, login.email));
  return { id: row?.id ?? "", login, visitor: await signedInVisitor(service, login) };
}

/** Makes the identity confirmations of this person, or of everybody, eleven minutes older. */
export async function letProofsAge({ runtime }: TestService, person?: Pick<Someone, "id">): Promise<void> {
  const provedAt = new Date(runtime.now().getTime() - 11 * 60_000);
  await runtime.database
    .update(sessions)
    .set({ provedAt })
    .where(person && eq(sessions.userId, person.id));
}

export const isIn = async (visitor: Visitor) => (await visitor.get("/account/")).status === 200;

/** Another process on the same database. */
export async function startOther(
  { config }: TestService,
  changes: Record<string, string> = {},
): Promise<TestService> {
  return await startTestService({
    DATABASE_URL: config.databaseUrl ?? "",
    SOCIAL_ENCRYPTION_KEY: config.encryptionKeys,
    SOCIAL_SESSION_SECRET: config.sessionSecret,
    ...changes,
  });
}

/** A browser in which the first step of signing in is done. */
export async function afterPassword(
  service: TestService,
  { login }: Pick<Someone, "login">,
): Promise<Visitor> {
  const visitor = createVisitor(service);
  const first = await visitor.post("/login/", login);
  expect(first.headers.get("location")).toBe("/login/code/");
  return visitor;
}

/** Tries to sign in. @returns "in", or the page that says why not */
export async function enterCode(
  service: TestService,
  someone: Pick<Someone, "login">,
  code: string,
): Promise<string> {
  const visitor = await afterPassword(service, someone);
  const answer = await visitor.post("/login/code/", { code });
  return (await isIn(visitor)) ? "in" : await answer.text();
}
