/** `sharewell audit verify`: what it prints for an intact audit log, and for a changed one. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditEvents } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { serviceVariables } from "../harness/networks/networks.ts";
import { signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { sharewell } from "../harness/services/command.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

const olga = { name: "Olga", email: "olga@example.com", password: "a bell in the fog" };

let service: TestService;
let operator: Visitor;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, olga);
  operator = await signedInVisitor(service, olga);
});
afterAll(() => service.stop());

async function verify(...words: string[]) {
  const { config, emulator } = service;
  const changes = { DATABASE_URL: config.databaseUrl ?? "", SOCIAL_LOG_LEVEL: "warn" };
  const port = Number(config.baseUrl.port);
  return await sharewell(["audit", ...words], serviceVariables({ port, emulator, changes }));
}

/** The operator's page, once the running service has chained this many events. */
async function headOf(events: number): Promise<string> {
  return await waitFor(`${events} chained events`, async () => {
    const page = await (await operator.get("/admin/audit/")).text();
    return new RegExp(`value="(\\d{4}-\\d{2}-\\d{2}:${events}:[0-9a-f]{64})" readonly`).exec(page)?.[1];
  });
}

test("a running service chains what is recorded, shows the head, and the command finds what is changed after it", async () => {
  const noted = await headOf(2);
  const [day = ""] = noted.split(":");
  const good = await verify("verify", "--head", noted);
  expect(good.code, good.output).toBe(0);
  expect(good.output).toContain("holds: 2 events, none changed, missing or inserted.");
  expect(good.output).toContain(noted);
  expect((await verify("verify", "--from-head", noted)).output).toContain("holds: 0 events");

  const wrong = `${noted.slice(0, -64)}${"a".repeat(64)}`;
  const other = await verify("verify", "--head", wrong);
  expect(other.output).toContain(`event 2 of ${day} is not the one that you kept`);
  expect(other.code).toBe(1);

  const { database } = service.runtime;
  await database.update(auditEvents).set({ ipAddress: "192.0.2.1" }).where(eq(auditEvents.sequence, 2));
  const bad = await verify("verify");
  expect(bad.output).toContain(`event 2 of ${day} differs from what was recorded`);
  expect(bad.output).toMatch(new RegExp(`1 events? before it holds?, up to\n${day}:1:`));
  expect(bad.code).toBe(1);
});

test("what is no head is told, with what one looks like, and ends with 2", async () => {
  const head = (day: string) => `${day}:1:${"a".repeat(64)}`;
  for (const [words, says] of [
    [["verify", "--head", "42"], "--head takes a head as"],
    [["verify", "--from-head", "a"], "--from-head takes a head as"],
    [
      ["verify", "--head", head("2026-11-01"), "--from-head", head("2026-11-02")],
      "--head is older than --from-head",
    ],
    [[], "Use `sharewell audit verify`."],
    [["check"], "Use `sharewell audit verify`."],
  ] as const) {
    const { code, output } = await verify(...words);
    expect(output).toContain(says);
    expect(code, words.join(" ")).toBe(2);
  }
});
