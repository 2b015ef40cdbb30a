/** Looks people up: for the operator's list and for signing in. */
import { asc, eq, gt } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import { users } from "../database/schema.ts";
import type { PeopleRuntime, Person } from "./people.ts";

const PAGE_SIZE = 50;

/** @param address in lower case, as `emailShape` makes it */
export async function hasAccount(
  { database }: { readonly database: Queryable },
  address: string,
): Promise<boolean> {
  return (await database.select({ id: users.id }).from(users).where(eq(users.email, address))).length > 0;
}

/** The language that the owner of an address chose; undefined if they chose none or nobody has it. */
export async function languageOf(database: Database, address: string): Promise<string | undefined> {
  const [found] = await database
    .select({ language: users.language })
    .from(users)
    .where(eq(users.email, address));
  return found?.language ?? undefined;
}

/** Whether nobody has an account yet: the first person becomes the operator. */
export async function isUnused({ database }: PeopleRuntime): Promise<boolean> {
  return (await database.select({ id: users.id }).from(users).limit(1)).length === 0;
}

/** A person as the operator sees them. */
export interface Listed
  extends Pick<Person, "id" | "email" | "name" | "role" | "hasSecondFactor" | "isProven"> {
  readonly createdAt: Date;
  readonly blockedAt: Date | undefined;
}

const listed = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  hasSecondFactor: users.twoFactorEnabled,
  isProven: users.emailVerified,
  createdAt: users.createdAt,
  blockedAt: users.blockedAt,
};

/** Lists people by email address, a page at a time. `next` is the cursor of the next page. */
export async function listPeople(
  { database }: PeopleRuntime,
  { after = "" }: { after?: string | undefined },
): Promise<{ people: readonly Listed[]; next: string | undefined }> {
  const rows = await database
    .select(listed)
    .from(users)
    .where(gt(users.email, after))
    .orderBy(asc(users.email))
    .limit(PAGE_SIZE + 1);
  const people = rows.slice(0, PAGE_SIZE).map((row) => ({ ...row, blockedAt: row.blockedAt ?? undefined }));
  return { people, next: rows.length > PAGE_SIZE ? people.at(-1)?.email : undefined };
}

/** @param address in lower case, as `emailShape` makes it */
export async function findByAddress(
  { database }: PeopleRuntime,
  address: string,
): Promise<Pick<Listed, "id" | "hasSecondFactor" | "isProven"> | undefined> {
  const [row] = await database.select(listed).from(users).where(eq(users.email, address));
  return row;
}
