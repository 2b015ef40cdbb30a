/** `sharewell operator`: the service gets an operator again. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { serviceVariables } from "../harness/networks/networks.ts";
import { signedInVisitor } from "../harness/people/visitor.ts";
import { sharewell } from "../harness/services/command.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const olga = { email: "olga@example.com", password: "a bell in the fog" };
const ben = { email: "ben@example.com", password: "seven green kites" };

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, { name: "Olga", ...olga });
  await createPerson(service.runtime, { name: "Ben", ...ben });
});
afterAll(() => service.stop());

async function makeOperator(...words: string[]) {
  const { config, emulator } = service;
  const changes = { DATABASE_URL: config.databaseUrl ?? "", SOCIAL_LOG_LEVEL: "warn" };
  const port = Number(config.baseUrl.port);
  return await sharewell(["operator", ...words], serviceVariables({ port, emulator, changes }));
}

test("where the only operator is blocked, another is made one, and sees it in the record", async () => {
  await service.runtime.database
    .update(users)
    .set({ blockedAt: new Date() })
    .where(eq(users.email, olga.email));
  const visitor = await signedInVisitor(service, ben);
  expect((await visitor.get("/admin/people/")).status).toBe(404);
  expect(await makeOperator("Ben@example.com")).toEqual({
    code: 0,
    output: "ben@example.com is now an operator.\n",
  });
  expect((await visitor.get("/admin/people/")).status).toBe(200);
  const page = (await (await visitor.get("/admin/audit/")).text()).replaceAll(/<[^>]+>/g, " ");
  expect(page).toMatch(/Changed somebody’s role\s+ben@example\.com[^@]+at the command line/);
  expect((await makeOperator(ben.email)).output).toContain("is already an operator. Nothing was changed.");

  expect((await makeOperator(olga.email)).output).toContain("was unblocked and is now an operator");
  const again = await signedInVisitor(service, olga);
  expect((await again.get("/admin/people/")).status).toBe(200);
});

test("an account that a stranger may have made is not made operator", async () => {
  const eva = { email: "eva@example.com", password: "nine paper boats" };
  await createPerson(service.runtime, { name: "Mallory", ...eva });
  const isEva = eq(users.email, eva.email);
  await service.runtime.database.update(users).set({ emailVerified: false }).where(isEva);
  const { code, output } = await makeOperator(eva.email);
  expect([code, output]).toEqual([2, expect.stringContaining("sharewell recover eva@example.com")]);
  const [row] = await service.runtime.database.select().from(users).where(isEva);
  expect(row?.role).toBe("person");
});

test("whom it does not know it says, with what to do, and ends with 2", async () => {
  const { code, output } = await makeOperator("nobody@example.com");
  expect(output).toContain("There is no account for nobody@example.com.");
  expect(output).toContain("sharewell invite nobody@example.com");
  expect(code).toBe(2);
  expect(await makeOperator("nobody")).toMatchObject({ code: 2 });
  expect((await makeOperator()).output).toContain("sharewell operator alice@example.com");
});
