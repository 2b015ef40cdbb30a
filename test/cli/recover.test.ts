/** `sharewell recover`: the way back in, without email. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditEvents, users } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { serviceVariables } from "../harness/networks/networks.ts";
import { setUpCodes } from "../harness/people/codes.ts";
import { createVisitor, signedInVisitor } from "../harness/people/visitor.ts";
import { sharewell } from "../harness/services/command.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const olga = { email: "olga@example.com", password: "a bell in the fog" };
const newPassword = "a lamp in the window";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, { name: "Olga", ...olga });
});
afterAll(() => service.stop());

async function recover(...words: string[]) {
  const { config, emulator } = service;
  const changes = { DATABASE_URL: config.databaseUrl ?? "", SOCIAL_LOG_LEVEL: "warn" };
  const port = Number(config.baseUrl.port);
  return await sharewell(["recover", ...words], serviceVariables({ port, emulator, changes }));
}

test("an operator who forgot the password and lost the app gets in by the link that it prints", async () => {
  const visitor = await signedInVisitor(service, olga);
  await setUpCodes({ login: olga, visitor });
  const { code, output } = await recover("Olga@example.com", "--end-two-step");
  expect(output).toContain("Two-step sign-in is off for olga@example.com.");
  expect(code).toBe(0);
  const link = new URL(/https?:\S+/.exec(output)?.[0] ?? "");

  expect((await visitor.get("/account/")).status).toBe(200);
  const again = createVisitor(service);
  expect(await (await again.get(`${link.pathname}${link.search}`)).text()).toContain("olga@example.com");
  const token = link.searchParams.get("token") ?? "";
  expect((await again.post("/login/reset/new/", { token, password: newPassword })).status).toBe(303);
  expect((await visitor.get("/account/")).status).toBe(303);
  const signedIn = await again.post("/login/", { email: olga.email, password: newPassword });
  expect(signedIn.headers.get("location")).toBe("/social/");
  expect((await again.post("/login/reset/new/", { token, password: olga.password })).status).toBe(410);

  const [person] = await service.runtime.database.select().from(users).where(eq(users.email, olga.email));
  const events = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.subject, person?.id ?? ""));
  expect(events.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["person.second-factor-removed", "person.password-link-made"]),
  );
});

test("whom it does not know it says, and ends with 2", async () => {
  const { code, output } = await recover("nobody@example.com");
  expect(output).toContain("There is no account for nobody@example.com.");
  expect(code).toBe(2);
  expect((await recover()).output).toContain("sharewell recover alice@example.com");
});
