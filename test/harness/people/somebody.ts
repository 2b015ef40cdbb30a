/** Inserts a person with any number of accounts, groups and shares. */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { holdGrant } from "../../../src/connections/grants/loose-grants.ts";
import { sealTokens } from "../../../src/connections/keys/seal.ts";
import { CHOICE_MS, offerChoice } from "../../../src/connections/oauth/choose.ts";
import {
  accountGroupMembers,
  accountGroups,
  sessions,
  shareRequests,
  socialConnections,
  socialShares,
  users,
} from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import type { Runtime } from "../../../src/service/runtime.ts";
import { signedInVisitor, type Visitor } from "./visitor.ts";

export interface Amount {
  readonly accounts: number;
  readonly groups: number;
  readonly members: number;
  readonly requests: number;
  /** Shares that are scheduled or wait for another attempt. */
  readonly waiting: number;
}

export interface Somebody {
  readonly id: string;
  readonly visitor: Visitor;
  readonly connectionIds: readonly string[];
  readonly groupId: string;
  /** Requests to all accounts that are settled. */
  readonly settledId: string;
  /** Requests to all accounts that are scheduled. */
  readonly scheduledId: string;
  readonly shareId: string;
  /** Accounts that belong to this many Pages. */
  readonly choiceId: string;
}

const SOME = 1_000;
const DAY_MS = 86_400_000;

export async function addSomebody(
  runtime: Runtime,
  address: string,
  name: string,
  amount: Amount,
): Promise<Somebody> {
  const login = { name, email: `${name.toLowerCase()}@example.com`, password: "a sea of lanterns" };
  const { database } = runtime;
  await createPerson(runtime, login);
  const [user] = await database
    .update(users)
    .set({ role: "operator", emailVerified: true })
    .where(eq(users.email, login.email))
    .returning({ id: users.id });
  if (user === undefined) throw new Error(`${name} is not there.`);
  const { id } = user;
  const visitor = await signedInVisitor({ address }, login);
  const connectionIds = await addAccounts(runtime, id, amount.accounts);
  const groupId = await addGroups(runtime, id, connectionIds, amount);
  await addHistory(runtime, id, connectionIds, amount);
  const settledId = await addRequest(runtime, id, connectionIds, "posted");
  const scheduledId = await addRequest(runtime, id, connectionIds, "scheduled");
  const [share] = await database
    .select({ id: socialShares.id })
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, settledId))
    .limit(1);
  const choiceId = await addChoice(runtime, id, amount.accounts);
  return {
    ...{ id, visitor, connectionIds, groupId, settledId, scheduledId, choiceId },
    shareId: share?.id ?? "",
  };
}

async function addAccounts(runtime: Runtime, userId: string, many: number): Promise<string[]> {
  const rows = Array.from({ length: many }, (_, index) => accountOf(runtime, userId, index));
  for (let at = 0; at < rows.length; at += SOME)
    await runtime.database.insert(socialConnections).values(rows.slice(at, at + SOME));
  return rows.map((row) => row.id);
}

function accountOf(runtime: Runtime, userId: string, index: number) {
  const platform = platformNames[index % platformNames.length] ?? "mastodon";
  const { about } = runtime.platforms.getPlatform(platform);
  const handle = `newsroom-${index}${platform === "mastodon" ? `@server${index % 12}.example` : ""}`;
  const isBroken = index % 50 === 49;
  const tokens = { accessToken: randomUUID(), scopes: about.permissions.flatMap(({ scopes }) => scopes) };
  return {
    ...{ id: randomUUID(), userId, platform, platformUserId: `${userId} ${index}` },
    ...{ platformUsername: handle, displayName: `Newsroom of Springfield ${index}` },
    avatarUrl: `https://pictures.example.com/accounts/${index}/avatar/large.jpg`,
    extraData: extraOf(platform, index),
    // The networks do not know these accounts, so they must not be verified within a day.
    lastVerifiedAt: new Date(),
    ...sealTokens(runtime, tokens, about),
    ...(isBroken
      ? {
          status: "reconnect" as const,
          errorCode: "grant-withdrawn",
          errorMessage: `${about.label} no longer lets us post there.`,
        }
      : {}),
    createdAt: new Date(Date.now() - (10_000 - index) * 60_000),
  };
}

/** Also adds the fields on which the length of texts depends. */
function extraOf(platform: PlatformName, index: number) {
  if (platform === "mastodon")
    return {
      origin: `https://server${index % 12}.example`,
      accountId: String(index),
      accountDomain: `server${index % 12}.example`,
      maxCharacters: index % 12 === 0 ? 5_000 : 500,
      charactersPerUrl: 23,
      unit: "graphemes",
    };
  if (platform === "instagram") return { way: "instagram" };
  if (platform === "twitter") return { subscription: index % 18 === 5 ? "Premium" : "None" };
  return platform === "linkedin" ? { way: "profile" } : {};
}

async function addGroups(
  { database }: Runtime,
  userId: string,
  connectionIds: readonly string[],
  { groups, members }: Amount,
): Promise<string> {
  const rows = Array.from({ length: groups }, (_, index) => ({
    ...{ id: randomUUID(), userId },
    name: `Newsrooms ${String(index).padStart(2, "0")}`,
  }));
  await database.insert(accountGroups).values(rows);
  for (const [index, { id }] of rows.entries())
    await database.insert(accountGroupMembers).values(
      Array.from({ length: members }, (_, member) => ({
        groupId: id,
        connectionId: connectionIds[(index * 37 + member) % connectionIds.length] ?? "",
      })),
    );
  return rows[0]?.id ?? "";
}

/** Inserts requests to one account each; the last of them wait. */
async function addHistory(
  { database }: Runtime,
  userId: string,
  connectionIds: readonly string[],
  { requests, waiting }: Amount,
): Promise<void> {
  for (let at = 0; at < requests; at += SOME) {
    const rows = Array.from({ length: Math.min(SOME, requests - at) }, (_, index) => {
      const number = at + index;
      const createdAt = new Date(Date.now() - DAY_MS - (requests - number) * 60_000);
      return { id: randomUUID(), number, createdAt, url: `https://blog.example.com/${number}` };
    });
    await database.insert(shareRequests).values(
      rows.map(({ id, number, createdAt, url }) => ({
        ...{ id, userId, url, title: `Page ${number}`, description: "", message: "Worth a read" },
        ...{ idempotencyKey: id, createdAt },
      })),
    );
    await database.insert(socialShares).values(
      rows.map(({ id, number, createdAt, url }) => ({
        ...{
          shareRequestId: id,
          userId,
          sharedUrl: url,
          sharedTitle: `Page ${number}`,
          text: "Worth a read",
        },
        connectionId: connectionIds[number % connectionIds.length] ?? "",
        createdAt,
        updatedAt: createdAt,
        ...stateOf(number, requests - waiting),
      })),
    );
  }
}

function stateOf(number: number, settled: number) {
  if (number >= settled) return { status: "queued" as const, nextAttemptAt: new Date(Date.now() + DAY_MS) };
  return number % 40 === 0
    ? { status: "failed" as const, errorCode: "server-trouble", errorMessage: "It did not work." }
    : { status: "posted" as const, platformPostId: String(number) };
}

async function addRequest(
  { database }: Runtime,
  userId: string,
  connectionIds: readonly string[],
  status: "posted" | "scheduled",
): Promise<string> {
  const id = randomUUID();
  const url = `https://blog.example.com/${status}`;
  const at = new Date(Date.now() + 30 * DAY_MS);
  await database.insert(shareRequests).values({
    ...{ id, userId, url, title: "To all", description: "", message: "Worth a read", idempotencyKey: id },
    scheduledAt: status === "scheduled" ? at : null,
  });
  for (let from = 0; from < connectionIds.length; from += SOME)
    await database.insert(socialShares).values(
      connectionIds.slice(from, from + SOME).map((connectionId) => ({
        ...{ shareRequestId: id, userId, connectionId, sharedUrl: url, sharedTitle: "To all", status },
        text: "Worth a read",
        ...(status === "scheduled"
          ? { nextAttemptAt: at }
          : { platformPostId: connectionId, postedAt: new Date() }),
      })),
    );
  return id;
}

async function addChoice(runtime: Runtime, userId: string, many: number): Promise<string> {
  const [session] = await runtime.database.select().from(sessions).where(eq(sessions.userId, userId));
  const chooser = { person: { id: userId }, sessionId: session?.id ?? "", platform: "facebook" as const };
  const results = Array.from({ length: many }, (_, index) => ({
    account: {
      ...{ id: `offered ${userId} ${index}`, username: `page-${index}`, displayName: `Page ${index}` },
      extra: {},
    },
    tokens: { accessToken: randomUUID(), scopes: ["pages_manage_posts"] },
  }));
  const [first] = results;
  if (first === undefined) throw new Error("Nothing was offered.");
  const grantId = await holdGrant(runtime, chooser, first, new Date(runtime.now().getTime() + CHOICE_MS));
  return await offerChoice(runtime, chooser, results, { returnTo: "/social/", grantId });
}

/** Updates the database's statistics about its tables. */
export async function settle({ database }: Runtime): Promise<void> {
  await database.execute(sql`vacuum analyze`);
}
