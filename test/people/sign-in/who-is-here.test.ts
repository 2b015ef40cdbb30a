/**
 * No page for signing in reveals whether an address belongs to somebody here, whatever state their account is
 * in.
 */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { createInvitation } from "../../../src/people/sign-up/invitations.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const password = "a sea of lanterns";
const kinds = ["known", "blocked", "unproved", "invited", "unknown"] as const;
const addressOf = (kind: string) => `${kind}@example.com`;

let service: TestService;

async function openFor(signUp: string): Promise<void> {
  service = await startTestService({ SOCIAL_SIGN_UP: signUp });
  const { runtime } = service;
  for (const name of ["mallory", "known", "blocked", "unproved"])
    await createPerson(runtime, { name, email: addressOf(name), password });
  const change = async (kind: string, to: { blockedAt: Date } | { emailVerified: boolean }) =>
    await runtime.database
      .update(users)
      .set(to)
      .where(eq(users.email, addressOf(kind)));
  await change("blocked", { blockedAt: new Date() });
  await change("unproved", { emailVerified: false });
  await createInvitation(runtime, addressOf("invited"));
}

/** Everything that a response shows, with the address removed. */
async function ask(visitor: Visitor, path: string, kind: string, fields: Readonly<Record<string, string>>) {
  const answer = await visitor.post(path, { ...fields, email: addressOf(kind) });
  // A long address may be broken where a line ends.
  const whole = (await answer.text())
    .replaceAll("<wbr/>", "")
    .replaceAll(/<span>([^<]*@[^<]*)<\/span>/g, "$1");
  const page = whole.replaceAll(addressOf(kind), "…");
  const own = ["date", "content-length", "x-request-id"];
  const headers = [...answer.headers].filter(([name]) => !own.includes(name));
  return { status: answer.status, headers, page, cookies: visitor.cookies().length };
}

test.each([
  "open",
  "invitation",
])("every page says the same of every address, where sign-up is by: %s", async (signUp) => {
  await openFor(signUp);
  try {
    const pages = [
      ["/login/", { password: "a wild guess" }],
      ["/login/link/", {}],
      ["/login/reset/", {}],
      ["/sign-up/", signUp === "open" ? {} : { name: "Mallory", password }],
    ] as const;
    for (const [path, fields] of pages) {
      const unknown = await ask(createVisitor(service), path, "unknown", fields);
      for (const kind of kinds)
        expect([path, kind, await ask(createVisitor(service), path, kind, fields)]).toEqual([
          path,
          kind,
          unknown,
        ]);
    }
    const mallory = { email: addressOf("mallory"), password };
    const change = async (kind: string) =>
      await ask(await signedInVisitor(service, mallory), "/account/mail/", kind, {});
    const unknown = await change("unknown");
    for (const kind of ["known", "blocked", "unproved", "invited"])
      expect([kind, await change(kind)]).toEqual([kind, unknown]);
  } finally {
    await service.stop();
  }
});
