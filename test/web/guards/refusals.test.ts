import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };

let service: TestService;
let visitor: Visitor;
beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  await createPerson(service.runtime, ben);
  visitor = await signedInVisitor(service, ben);
});
afterAll(() => service.stop());

const warnings = (message: string) =>
  service
    .log()
    .split("\n")
    .filter((line) => line.includes(`"${message}"`));

test.each([
  ["the operator's page", "/admin/people/"],
  ["a share that is not theirs", "/social/shares/00000000-0000-4000-8000-000000000001/"],
])("who asks for %s is in the log, with the address they come from and without their cookie", async (_, path) => {
  expect((await visitor.get(path)).status).toBe(404);
  const lines = warnings("requested a page that does not exist or is not theirs").filter((line) =>
    line.includes(path),
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/"personId":"[\w-]+","ipAddress":"[\d.:a-f]+","method":"GET"/);
  expect(lines[0]).not.toMatch(/cookie|sharewell\.session/);
});

test("what somebody may see is no matter for the log", async () => {
  const before = warnings("requested a page that does not exist or is not theirs").length;
  expect((await visitor.get("/social/history/")).status).toBe(200);
  expect(warnings("requested a page that does not exist or is not theirs")).toHaveLength(before);
});

test("a form that another site sends is in the log", async () => {
  const answer = await fetch(`${service.address}logout/`, {
    method: "POST",
    headers: { origin: "https://elsewhere.example" },
  });
  expect(answer.status).toBe(403);
  expect(service.log()).toContain('"event":"form.refused","address":"127.0.0.1"');
});
