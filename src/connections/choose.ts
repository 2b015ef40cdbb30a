/** Where a network lets us in to several pages or accounts at once: keeps them sealed until the person has chosen. */
import { and, eq, gt, isNull, lt } from "drizzle-orm";
import { z } from "zod";
import { connectionChoices, socialConnections } from "../database/schema.ts";
import { type Account, type OAuthResult, type PlatformName, platformNames } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";
import type { Connection } from "./connection.ts";
import { saveConnection } from "./save.ts";
import type { TokensRuntime } from "./tokens.ts";
import { toldShape } from "./told.ts";

/** Whose choice it is: of this person in this login session. */
interface Chooser {
  readonly person: { readonly id: string };
  readonly sessionId: string;
}

const LIFETIME_MS = 1_800_000;

const resultsShape = z.array(
  z.object({
    account: z.object({
      id: z.string(),
      username: z.string(),
      displayName: z.string(),
      avatarUrl: z.string().exactOptional(),
      grantedBy: z.string().exactOptional(),
      extra: z.record(z.string(), z.json()),
    }),
    tokens: z.object({
      accessToken: z.string(),
      refreshToken: z.string().exactOptional(),
      ownerToken: z.string().exactOptional(),
      expiresAt: z.coerce.date().exactOptional(),
      renewAfter: z.coerce.date().exactOptional(),
      scopes: z.array(z.string()),
    }),
    hindrance: toldShape.exactOptional(),
  }),
);

/** @returns the choice's id */
export async function offerChoice(
  { database, vault, now }: TokensRuntime,
  { person, sessionId, platform }: Chooser & { readonly platform: PlatformName },
  results: readonly OAuthResult[],
  returnTo: string,
): Promise<string> {
  await database.delete(connectionChoices).where(lt(connectionChoices.expiresAt, now()));
  const [row] = await database
    .insert(connectionChoices)
    .values({
      userId: person.id,
      sessionId,
      platform,
      resultsEnc: vault.encrypt(JSON.stringify(results)),
      returnTo,
      expiresAt: new Date(now().getTime() + LIFETIME_MS),
    })
    .returning({ id: connectionChoices.id });
  if (row === undefined) throw new Error("The choice was not stored.");
  return row.id;
}

export interface Candidate {
  readonly account: Account;
  readonly hindrance: Told | undefined;
  /** It is connected by this person already, and would be renewed. */
  readonly connected: boolean;
}

export interface Choice {
  readonly platform: PlatformName;
  readonly candidates: readonly Candidate[];
  readonly returnTo: string;
}

/** Undefined: there is no such choice for this person, or its half hour is over. */
export async function findChoice(
  runtime: TokensRuntime,
  chooser: Chooser,
  choiceId: string,
): Promise<Choice | undefined> {
  const offered = await open(runtime, chooser, choiceId);
  if (offered === undefined) return undefined;
  const rows = await runtime.database
    .select({ accountId: socialConnections.platformUserId })
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.userId, chooser.person.id),
        eq(socialConnections.platform, offered.platform),
        isNull(socialConnections.revokedAt),
      ),
    );
  const mine = new Set(rows.map(({ accountId }) => accountId));
  return {
    platform: offered.platform,
    returnTo: offered.returnTo,
    candidates: offered.results.map(({ account, hindrance }) => ({
      account,
      hindrance,
      connected: mine.has(account.id),
    })),
  };
}

export type Chosen =
  | {
      readonly outcome: "connected";
      readonly platform: PlatformName;
      readonly connections: readonly Connection[];
      /** Why some of them were not. */
      readonly problems: readonly Told[];
      readonly returnTo: string;
    }
  | { readonly outcome: "nothing-chosen" }
  | { readonly outcome: "not-found" };

/** Connects the accounts of these ids. The choice is spent by it. */
export async function takeChoice(
  runtime: TokensRuntime,
  chooser: Chooser & { readonly ipAddress?: string | undefined },
  choiceId: string,
  accountIds: readonly string[],
): Promise<Chosen> {
  const offered = await open(runtime, chooser, choiceId);
  if (offered === undefined) return { outcome: "not-found" };
  const { platform, returnTo } = offered;
  const chosen = offered.results.filter(
    ({ account, hindrance }) => hindrance === undefined && accountIds.includes(account.id),
  );
  if (chosen.length === 0) return { outcome: "nothing-chosen" };
  const spent = await runtime.database
    .delete(connectionChoices)
    .where(eq(connectionChoices.id, choiceId))
    .returning({ id: connectionChoices.id });
  if (spent.length === 0) return { outcome: "not-found" };
  const connections: Connection[] = [];
  const problems: Told[] = [];
  for (const result of chosen) {
    const saved = await saveConnection(runtime, { ...chooser, platform, result });
    if ("problem" in saved) problems.push(saved.problem);
    else connections.push(saved.connection);
  }
  return { outcome: "connected", platform, connections, problems, returnTo };
}

async function open(
  { database, vault, now }: TokensRuntime,
  { person, sessionId }: Chooser,
  choiceId: string,
): Promise<{ platform: PlatformName; results: OAuthResult[]; returnTo: string } | undefined> {
  const [row] = await database
    .select()
    .from(connectionChoices)
    .where(
      and(
        eq(connectionChoices.id, choiceId),
        eq(connectionChoices.userId, person.id),
        eq(connectionChoices.sessionId, sessionId),
        gt(connectionChoices.expiresAt, now()),
      ),
    );
  const platform = platformNames.find((name) => name === row?.platform);
  if (row === undefined || platform === undefined) return undefined;
  return {
    platform,
    results: resultsShape.parse(JSON.parse(vault.decrypt(row.resultsEnc))),
    returnTo: row.returnTo,
  };
}
