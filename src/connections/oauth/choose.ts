/** Stores, sealed, the accounts that a network offered until the person has chosen among them. */
import { and, eq, gt, isNull, lt } from "drizzle-orm";
import { z } from "zod";
import { connectionChoices, socialConnections } from "../../database/schema.ts";
import { type OAuthResult, type PlatformName, platformNames } from "../../platforms/platform.ts";
import { candidateShape, resultsShape } from "../grants/granted.ts";
import type { TokensRuntime } from "../tokens.ts";

/** Who may make the choice: this person in this session. */
export interface Chooser {
  readonly person: { readonly id: string };
  readonly sessionId: string;
}

/** How long the person may take to choose, in milliseconds. */
export const CHOICE_MS = 1_800_000;

/**
 * Stores what a network granted as a choice for the person.
 * @returns the choice's id
 * @throws {Error} when it was not stored
 */
export async function offerChoice(
  { database, vault, now }: TokensRuntime,
  { person, sessionId, platform }: Chooser & { readonly platform: PlatformName },
  results: readonly OAuthResult[],
  { returnTo, grantId }: { readonly returnTo: string; readonly grantId: string },
): Promise<string> {
  await database.delete(connectionChoices).where(lt(connectionChoices.expiresAt, now()));
  const [row] = await database
    .insert(connectionChoices)
    .values({
      userId: person.id,
      sessionId,
      platform,
      resultsEnc: vault.encrypt(JSON.stringify(results)),
      grantId,
      candidates: JSON.stringify(
        results.map((result) =>
          // The platform's own data is not shown.
          candidateShape.parse({ ...result, account: { ...result.account, extra: {} } }),
        ),
      ),
      returnTo,
      createdAt: now(),
      expiresAt: new Date(now().getTime() + CHOICE_MS),
    })
    .returning({ id: connectionChoices.id });
  if (row === undefined) throw new Error("The choice was not stored.");
  return row.id;
}

export interface Candidate extends Omit<OAuthResult, "tokens"> {
  /** The person has connected this account before; choosing it renews the connection. */
  readonly connected: boolean;
}

export interface Choice {
  readonly platform: PlatformName;
  readonly candidates: readonly Candidate[];
  readonly returnTo: string;
}

/** The choice with this id; undefined if there is none for this person and session, or it has expired. */
export async function findChoice(
  runtime: TokensRuntime,
  chooser: Chooser,
  choiceId: string,
): Promise<Choice | undefined> {
  const row = await findRow(runtime, chooser, choiceId);
  if (row === undefined) return undefined;
  const offered =
    row.candidates === null
      ? await unseal(runtime, row)
      : z.array(candidateShape).parse(JSON.parse(row.candidates));
  const rows = await runtime.database
    .select({ accountId: socialConnections.platformUserId })
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.userId, chooser.person.id),
        eq(socialConnections.platform, row.platform),
        isNull(socialConnections.revokedAt),
      ),
    );
  const mine = new Set(rows.map(({ accountId }) => accountId));
  return {
    ...{ platform: row.platform, returnTo: row.returnTo },
    candidates: offered.map((candidate) => ({ ...candidate, connected: mine.has(candidate.account.id) })),
  };
}

export async function unseal({ database, vault }: TokensRuntime, { id }: { readonly id: string }) {
  const [row] = await database
    .select({ resultsEnc: connectionChoices.resultsEnc })
    .from(connectionChoices)
    .where(eq(connectionChoices.id, id));
  return row === undefined ? [] : resultsShape.parse(JSON.parse(vault.decrypt(row.resultsEnc)));
}

export async function findRow(
  { database, now }: TokensRuntime,
  { person, sessionId }: Chooser,
  choiceId: string,
) {
  const { id, platform: name, returnTo, createdAt, candidates, grantId } = connectionChoices;
  const [row] = await database
    .select({ id, platform: name, returnTo, createdAt, candidates, grantId })
    .from(connectionChoices)
    .where(
      and(
        eq(connectionChoices.id, choiceId),
        eq(connectionChoices.userId, person.id),
        eq(connectionChoices.sessionId, sessionId),
        gt(connectionChoices.expiresAt, now()),
      ),
    );
  const platform = platformNames.find((known) => known === row?.platform);
  if (row === undefined || row.grantId === null || platform === undefined) return undefined;
  return { ...row, grantId: row.grantId, platform };
}
