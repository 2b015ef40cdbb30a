/**
 * Ben: a new person each time, who shares to his own accounts and is blocked, or leaves, while the shares are under
 * way.
 */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { createVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { waitFor } from "../../harness/wait.ts";
import { choicesOf, type World } from "./world.ts";

export interface Ben {
  readonly id: string;
  readonly email: string;
  /** A word in all of his posts. */
  readonly message: string;
  readonly visitor: Visitor;
  signIn(): Promise<void>;
}

export async function arrive(world: World): Promise<Ben> {
  const about = { name: "Ben", email: `${randomUUID()}@example.com`, password: "a forest of kites" };
  const { runtime, patiently } = world;
  await patiently(() => createPerson(runtime, about)).catch(() => undefined);
  const [person] = await patiently(() =>
    runtime.database.select({ id: users.id }).from(users).where(eq(users.email, about.email)),
  );
  if (person === undefined) throw new Error("Ben is not there.");
  const visitor = createVisitor(world);
  const signIn = async () => {
    const { email, password } = about;
    await visitor.post("/login/", { email, password }).catch(() => undefined);
  };
  const ben = { ...person, email: about.email, message: `Ben's ${randomUUID()}`, visitor, signIn };
  await share(world, ben);
  return ben;
}

async function share(world: World, { id: userId, message, visitor, signIn }: Ben): Promise<void> {
  const form = new URLSearchParams({
    url: `https://blog.example.com/${randomUUID()}`,
    ...{ title: "Ben's", message, image: world.image, idempotency_key: randomUUID() },
  });
  for (const choice of choicesOf(world.emulator)) {
    const account = { ...choice, account: "ben" } as const;
    const { id } = await world.patiently(() => connectAccount(world.runtime, { id: userId }, account));
    form.append("account", id);
  }
  await signIn();
  await waitFor("Ben to have shared", async () => {
    const answer = await visitor.post("/social/share/", form).catch(() => undefined);
    if (answer?.status === 303 && answer.headers.get("location")?.startsWith("/social/share/")) return true;
    // A broken account is left out.
    if (answer?.status === 422) return true;
    await signIn();
    return undefined;
  });
}

export async function leaveForGood(
  { runtime, patiently }: World,
  { id, email, visitor, signIn }: Ben,
): Promise<void> {
  await waitFor("Ben to have left", async () => {
    const answer = await visitor.post("/account/delete/", { email }).catch(() => undefined);
    const isThere = await patiently(() => runtime.database.$count(users, eq(users.id, id)));
    if (isThere === 0) return true;
    if (answer === undefined || answer.headers.get("location")?.includes("/login/")) await signIn();
    return undefined;
  });
}
