/** One operator always remains, whatever removes one and whenever. */
import { randomUUID } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { auditEvents, users } from "../../src/database/schema.ts";
import type { Belongings, PeopleRuntime, Person } from "../../src/people/people.ts";
import { admit } from "../../src/people/sign-up/admission.ts";
import { block, deletePerson, giveRole, makeOperator, unblock } from "../../src/people/standing.ts";
import { freshDatabase } from "../harness/database/database.ts";
import { waitFor } from "../harness/wait.ts";

const visitor = { headers: new Headers(), ipAddress: undefined };
const config = { signUp: "open", openid: undefined } as const;

interface Place {
  readonly runtime: Pick<PeopleRuntime, "database" | "now"> & { readonly people: { belongings: Belongings } };
  add(role: Person["role"], blockedAt?: Date): Promise<{ id: string }>;
  /** Operators who are not blocked. */
  operators(): Promise<string[]>;
}

const nothing: Belongings = { stopShares: async () => {}, handOverGrants: async () => "" };

async function openPlace(): Promise<Place> {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  return {
    runtime: { database, now: () => new Date(), people: { belongings: nothing } },
    async add(role, blockedAt) {
      const id = randomUUID();
      const row = { id, name: "Ana", email: `${id}@example.com`, emailVerified: true, role };
      await database.insert(users).values({ ...row, ...(blockedAt && { blockedAt }) });
      return { id };
    },
    async operators() {
      const rows = await database
        .select({ id: users.id })
        .from(users)
        .where(and(eq(users.role, "operator"), isNull(users.blockedAt)));
      return rows.map(({ id }) => id);
    },
  };
}

type Act = (place: Place, actor: { id: string }, other: { id: string }) => Promise<unknown>;

const acts: Readonly<Record<string, Act>> = {
  blocks: ({ runtime }, actor, other) => block(runtime, actor, visitor, other.id),
  leaves: ({ runtime }, actor) => deletePerson(runtime, actor, visitor),
  "steps down": ({ runtime }, actor) =>
    giveRole(runtime, actor, visitor, { personId: actor.id, role: "person" }),
  "takes the role": ({ runtime }, actor, other) =>
    giveRole(runtime, actor, visitor, { personId: other.id, role: "person" }),
};
const names = Object.keys(acts);
const pairs = names.flatMap((one, at) => names.slice(at).map((other) => [one, other] as const));
const ROUNDS = 50;

test.each(
  pairs,
)("while one of two operators %s the other %s, and one is left each time", async (one, two) => {
  const place = await openPlace();
  const { database } = place.runtime;
  await place.add("person");
  for (let round = 0; round < ROUNDS; round += 1) {
    await database.delete(users).where(eq(users.role, "operator"));
    const [ana, ben] = [await place.add("operator"), await place.add("operator")];
    await Promise.all([acts[one]?.(place, ana, ben), acts[two]?.(place, ben, ana)]);
    expect(await place.operators(), `round ${round}`).not.toEqual([]);
  }
});

test("whoever was blocked or lost the role a moment ago does nothing more as operator", async () => {
  const place = await openPlace();
  const { runtime } = place;
  await place.add("operator");
  const ana = await place.add("person");
  for (const former of [await place.add("person"), await place.add("operator", new Date())]) {
    expect(await block(runtime, former, visitor, ana.id)).toBe("not-found");
    expect(await unblock(runtime, former, visitor, ana.id)).toBe("not-found");
    const change = { personId: ana.id, role: "operator" } as const;
    expect(await giveRole(runtime, former, visitor, change)).toBe("not-found");
  }
  expect(await place.operators()).toHaveLength(1);
  expect(await runtime.database.$count(auditEvents)).toBe(0);
});

test.each([
  ["nobody but people without the role", undefined],
  ["nobody but a blocked operator", new Date()],
] as const)("an operator who would leave behind %s stays, whatever way they go", async (_who, blockedAt) => {
  const place = await openPlace();
  const ana = await place.add("operator");
  await place.add(blockedAt === undefined ? "person" : "operator", blockedAt);
  expect(await acts["steps down"]?.(place, ana, ana)).toHaveProperty("problem");
  expect(await acts.leaves?.(place, ana, ana)).toHaveProperty("problem");
  expect(await place.operators()).toEqual([ana.id]);
});

test("the last one of all may leave, and so may others where nobody has the role", async () => {
  const place = await openPlace();
  const ana = await place.add("operator");
  expect(await deletePerson(place.runtime, ana, visitor)).toHaveProperty("departure");
  expect(await deletePerson(place.runtime, ana, visitor)).toBe("not-found");
  const [ben] = [await place.add("person"), await place.add("person")];
  expect(await deletePerson(place.runtime, ben, visitor)).toHaveProperty("departure");
});

test("what was to happen with a leaving is undone where the operator has to stay", async () => {
  const place = await openPlace();
  const { database } = place.runtime;
  const ana = await place.add("operator");
  const ben = await place.add("person");
  place.runtime.people.belongings = {
    ...nothing,
    stopShares: async (transaction) => {
      await transaction.update(users).set({ name: "Gone" }).where(eq(users.id, ben.id));
    },
  };
  const refused = await deletePerson(place.runtime, ana, visitor);
  expect(refused).toHaveProperty("problem");
  expect(await database.$count(users, eq(users.name, "Gone"))).toBe(0);
});

test("who cannot be stopped is not blocked either: nothing of theirs is left to go out after a block", async () => {
  const place = await openPlace();
  const [ana, ben] = [await place.add("operator"), await place.add("person")];
  const stopShares = () => Promise.reject(new Error("The process ends here."));
  place.runtime.people.belongings = { ...nothing, stopShares };
  await expect(block(place.runtime, ana, visitor, ben.id)).rejects.toThrow("ends here");
  const isBlocked = and(eq(users.id, ben.id), isNotNull(users.blockedAt));
  expect(await place.runtime.database.$count(users, isBlocked)).toBe(0);
});

test("while the last one leaves nobody comes in as an ordinary person", async () => {
  const place = await openPlace();
  const { database } = place.runtime;
  const signUp = async () => {
    const id = randomUUID();
    const newcomer = { email: `${id}@example.com`, addressProven: false, invitation: undefined };
    await database.transaction(async (transaction) => {
      const { role } = await admit(transaction, newcomer, { config, now: new Date() });
      await transaction.insert(users).values({ id, name: "Ben", email: newcomer.email, role });
    });
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await database.delete(users);
    const ana = await place.add("operator");
    await Promise.allSettled([deletePerson(place.runtime, ana, visitor), signUp(), signUp()]);
    const here = await database.$count(users);
    expect(await place.operators(), `round ${round}`).toHaveLength(here === 0 ? 0 : 1);
  }
});

test("whoever comes as the last one is leaving is not let in without an operator", async () => {
  const place = await openPlace();
  const { database } = place.runtime;
  const ana = await place.add("operator");
  const newcomer = { email: "ben@example.com", addressProven: false, invitation: undefined };
  const { promise: admitted, resolve } = Promise.withResolvers<unknown>();
  const stopShares = async () => {
    const entering = database.transaction((transaction) =>
      admit(transaction, newcomer, { config, now: new Date() }),
    );
    resolve(
      entering.then(
        ({ role }) => role,
        (error: unknown) => error,
      ),
    );
    await untilWaiting(database, "locks");
  };
  place.runtime.people.belongings = { ...nothing, stopShares };
  await deletePerson(place.runtime, ana, visitor);
  expect(await admitted).toMatchObject({ body: { code: "LAST_ONE_LEFT" } });
});

test("whom the command line makes operator is one, let in again where they were blocked, and it is recorded", async () => {
  const place = await openPlace();
  const { runtime } = place;
  const [ana, ben, cai] = [
    await place.add("person"),
    await place.add("operator", new Date()),
    await place.add("operator"),
  ];
  expect(await makeOperator(runtime, ana.id)).toEqual({ was: "person" });
  expect(await makeOperator(runtime, ben.id)).toEqual({ was: "blocked" });
  expect(await makeOperator(runtime, cai.id)).toEqual({ was: "operator" });
  expect(await makeOperator(runtime, "nobody")).toBe("not-found");
  expect(new Set(await place.operators())).toEqual(new Set([ana.id, ben.id, cai.id]));
  const events = await runtime.database.select().from(auditEvents);
  expect(events.map(({ action, subject }) => [action, subject])).toEqual([
    ["person.role-changed", ana.id],
    ["person.unblocked", ben.id],
  ]);
});

test("roles, blocks and removals of people are written in one file, where they pass the lock", () => {
  const root = resolve(import.meta.dirname, "../..");
  const isSuch =
    /\.delete\(users\)|\.update\(users\)\s*\.set\(\{[^}]*\b(role|blockedAt)\b|(update|delete from) "?users\b/;
  const writing = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .toSorted()
    .filter((path) => isSuch.test(readFileSync(join(root, path), "utf8")));
  // Verifying an address replaces a stranger's account by one with the same role, so no operator is lost.
  expect(writing.sort()).toEqual(["src/people/sign-up/address-proof.ts", "src/people/standing.ts"]);
});

/** Waits until somebody waits for a lock on this table's rows. */
async function untilWaiting(database: PeopleRuntime["database"], table: string): Promise<void> {
  await waitFor(`somebody who waits for ${table}`, async () => {
    const { rows } = await database.execute(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like ${`%"${table}"%`}`,
    );
    return rows.length > 0 || undefined;
  });
}
