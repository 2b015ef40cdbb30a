import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let form: { url: string; title: string; message: string; account: string; idempotency_key: string };

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  visitor = await signedInVisitor(service, ana);
  const [person] = await service.runtime.database.select().from(users);
  const connection = await connectAccount(service.runtime, person ?? { id: "" }, { platform: "twitter" });
  form = {
    url: "https://example.com/page",
    title: "A page",
    message: "",
    account: connection.id,
    idempotency_key: randomUUID(),
  };
});
afterAll(() => service.stop());

test.each([
  ["Hello, world! 👋".repeat(12), 16 * 12 + 2 + 23],
  ["日本語".repeat(30), 6 * 30 + 2 + 23],
])("the live count of %s is X's own, link included", async (message, length) => {
  const counts = await visitor.post("/social/share/count/", { ...form, message });
  expect(counts.status).toBe(200);
  expect(await counts.text()).toContain(`${length} of 280`);
});

test("a message that is too long is told while it is typed, and kept when it is sent", async () => {
  const message = `${"a".repeat(260)} tail`;
  expect(await (await visitor.post("/social/share/count/", { ...form, message })).text()).toContain(
    "10 characters too many",
  );
  const refused = await visitor.post("/social/share/", { ...form, message });
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(html).toContain(message);
  expect(html).toContain(`value="${form.idempotency_key}"`);
  expect(html).toContain("10 characters too many for X");
});

test("nothing chosen is told, and nothing that was typed is lost", async () => {
  const { account: _, ...unchosen } = form;
  const refused = await visitor.post("/social/share/", { ...unchosen, message: "Keep me" });
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("Keep me");
});
