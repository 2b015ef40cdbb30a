/** Several people want one address at the same moment: one gets it, and nobody sees an error. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users, verifications } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { createVisitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { ben, openSiteOfAna } from "../site.ts";
import { isIn, makePerson, startOther } from "../someone.ts";

const olga = { email: "olga@example.com", password: "a bell in the fog" };
const password = "a lamp in the window";

let service: TestService;
let other: TestService;

beforeAll(async () => {
  service = await startTestService({ SOCIAL_SIGN_UP: "open" });
  await createPerson(service.runtime, { name: "Olga", ...olga });
  other = await startOther(service, { SOCIAL_SIGN_UP: "open" });
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});

const bothInTurn = (number: number) => (number % 2 === 0 ? service : other);

async function tokensMailedTo(address: string, path: string): Promise<string[]> {
  await service.runtime.people.background.settled();
  await other.runtime.people.background.settled();
  return [...service.letters, ...other.letters]
    .filter(({ to, text }) => to === address && text.includes(path))
    .map(({ text }) => /token=([\w-]+)/.exec(text)?.[1] ?? "");
}

test("links to sign up that are opened at once make one account", async () => {
  const email = `${randomUUID()}@example.com`;
  for (let number = 0; number < 6; number += 1)
    await createVisitor(bothInTurn(number)).post("/sign-up/", { email });
  const tokens = await tokensMailedTo(email, "/sign-up/");
  expect(tokens).toHaveLength(6);
  const visitors = tokens.map((_, number) => createVisitor(bothInTurn(number)));
  const answers = await Promise.all(
    visitors.map((visitor, number) =>
      visitor.post("/sign-up/", { token: tokens[number] ?? "", email, name: "Ana", password }),
    ),
  );
  expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  expect((await Promise.all(visitors.map(isIn))).filter(Boolean)).toHaveLength(1);
  expect(await service.runtime.database.$count(users, eq(users.email, email))).toBe(1);
});

test("people who change to one address at once leave it to one of them", async () => {
  const email = `${randomUUID()}@example.com`;
  const people = await Promise.all(Array.from({ length: 4 }, () => makePerson(service)));
  for (const { visitor } of people) await visitor.post("/account/mail/", { email });
  const tokens = await tokensMailedTo(email, "/account/mail/");
  expect(tokens).toHaveLength(4);
  const answers = await Promise.all(
    people.map(({ visitor }, number) =>
      visitor.post("/account/mail/confirm/", { token: tokens[number] ?? "" }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410]);
  expect(await service.runtime.database.$count(users, eq(users.email, email))).toBe(1);
});

test("an address that somebody takes while another signs up with it is told, and fails nobody", async () => {
  const site = await openSiteOfAna({ mail: "none" });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => site.browser().post("/sign-up/", { ...ben })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422, 422, 422, 422, 422]);
  const told = answers.filter(({ html }) => html.includes("There is already an account for this address"));
  expect(told).toHaveLength(7);
});

test("sign-in links of somebody new that are opened at once make one account", async () => {
  const email = `${randomUUID()}@example.com`;
  for (let number = 0; number < 4; number += 1)
    await createVisitor(bothInTurn(number)).post("/login/link/", { email });
  const tokens = await tokensMailedTo(email, "/login/link/");
  expect(tokens).toHaveLength(4);
  const answers = await Promise.all(
    tokens.map((token, number) => createVisitor(bothInTurn(number)).post("/login/link/confirm/", { token })),
  );
  expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  expect(await service.runtime.database.$count(users, eq(users.email, email))).toBe(1);
});

test("nothing of it is left behind", async () => {
  const left = await service.runtime.database.select().from(verifications);
  expect(left.filter(({ identifier }) => identifier.startsWith("sign-up:"))).toEqual([]);
});
