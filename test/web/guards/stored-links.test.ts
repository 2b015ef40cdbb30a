/** Addresses that were stored before they were checked are not shown as links anywhere. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, shareTo } from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const url = "https://blog.example.com/shared";
const bad = "javascript:alert(document.domain)";

let service: TestService;
let visitor: Visitor;
let share: { id: string; requestId: string };

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [person = { id: "" }] = await service.runtime.database.select().from(users);
  const account = await connectAccount(service.runtime, person, { platform: "twitter" });
  const page = { url, title: "Shared", description: "", image: undefined };
  const [shared] = await shareTo(service.runtime, person, draftFor([account], { page }));
  share = shared ?? { id: "", requestId: "" };
  await service.runtime.database.update(socialShares).set({ platformPostUrl: bad });
  await service.runtime.database.update(socialConnections).set({ avatarUrl: bad });
  visitor = await signedInVisitor(service, ana);
});
afterAll(() => service.stop());

test.each([
  ["the accounts", () => "/social/"],
  ["the history", () => "/social/history/"],
  ["a share", () => `/social/shares/${share.id}/`],
  ["what became of it", () => `/social/share/${share.requestId}/`],
  ["sharing the page again", () => `/social/share/?url=${encodeURIComponent(url)}`],
  ["the programs' answer", () => `/api/v1/pages?url=${encodeURIComponent(url)}`],
  ["the history as JSON", () => "/social/history/export.json"],
  ["the history as CSV", () => "/social/history/export.csv"],
  ["all that is known of a person", () => "/account/data.json"],
])("not in %s", async (_, path) => {
  const answer = await visitor.get(path());
  const body = await answer.text();
  expect(answer.status).toBe(200);
  expect(body).toMatch(/ana/i);
  expect(body).not.toContain("javascript:");
});
