/** Everything that is left of a schedule: the database, the networks' posts, and what happened in which order. */
import { isNull } from "drizzle-orm";
import type { Post } from "../../../emulator/network.ts";
import { parsePlatformName } from "../../../src/connections/connection.ts";
import {
  accountGroupMembers,
  auditEvents,
  connectionChoices,
  rateBudgets,
  shareAttempts,
  socialConnections,
  socialShares,
  users,
} from "../../../src/database/schema.ts";
import type { PlatformName } from "../../../src/platforms/networks.ts";
import type { Entry } from "./journal.ts";
import type { SentLetter } from "./laboratory.ts";
import { type LivingGrant, livingGrants, postsAt } from "./networks.ts";
import type { Scene } from "./scene.ts";

export interface SeenShare {
  readonly row: typeof socialShares.$inferSelect;
  readonly network: PlatformName;
  /** A word that is only in its text and its title. */
  readonly word: string;
  /** What the network has of it, including deleted posts. */
  readonly posts: readonly Post[];
  readonly attempts: readonly (typeof shareAttempts.$inferSelect)[];
}

export interface Aftermath {
  readonly scene: Scene;
  readonly shares: readonly SeenShare[];
  readonly connections: readonly (typeof socialConnections.$inferSelect)[];
  readonly people: readonly (typeof users.$inferSelect)[];
  readonly events: readonly (typeof auditEvents.$inferSelect)[];
  readonly budgets: readonly (typeof rateBudgets.$inferSelect)[];
  readonly groupMembers: readonly (typeof accountGroupMembers.$inferSelect)[];
  readonly journal: readonly Entry[];
  readonly letters: readonly SentLetter[];
  /** Unexpected log lines. */
  readonly errors: readonly string[];
  /** What still waits although nothing prevents it. */
  readonly stuck: readonly string[];
  /** Grants that are valid at a network although nobody here has a token of them. */
  readonly forgottenGrants: readonly LivingGrant[];
  /** All accounts were reconnected after the schedule. */
  readonly isConnectedAgain: boolean;
}

export async function readRecord(
  scene: Scene,
  { stuck, isConnectedAgain }: { readonly stuck: readonly string[]; readonly isConnectedAgain: boolean },
): Promise<Aftermath> {
  const { A, journal, letters, errors } = scene.laboratory;
  const connections = await A.database.select().from(socialConnections);
  return {
    ...{ scene, connections, stuck, isConnectedAgain },
    shares: await readShares(scene, connections),
    people: await A.database.select().from(users),
    events: await A.database.select().from(auditEvents),
    budgets: await A.database.select().from(rateBudgets),
    groupMembers: await A.database.select().from(accountGroupMembers),
    journal: await journal.read(),
    letters: [...letters],
    errors: [...errors],
    forgottenGrants: await findForgotten(scene),
  };
}

async function readShares(scene: Scene, connections: Aftermath["connections"]): Promise<SeenShare[]> {
  const { A, emulator } = scene.laboratory;
  const rows = await A.database.select().from(socialShares);
  const attempts = await A.database.select().from(shareAttempts);
  return rows.map((row) => {
    const connection = connections.find(({ id }) => id === row.connectionId);
    const network = parsePlatformName(connection?.platform ?? "");
    const word = wordOf(row.text);
    // One text goes to two Facebook Pages. The scene remembers whose it was, because we may have been made to forget
    // it.
    const page = scene.connections.find(({ id }) => id === row.connectionId)?.account.id;
    const isItsOwn = ({ text, accountId }: Post) =>
      text.includes(word) && (network !== "facebook" || page === undefined || accountId === page);
    return {
      ...{ row, network, word },
      posts: postsAt(emulator, network).filter(isItsOwn),
      attempts: attempts.filter(({ shareId }) => shareId === row.id),
    };
  });
}

function wordOf(text: string): string {
  return /word\d+x\d+/.exec(text)?.[0] ?? "no word";
}

async function findForgotten({ laboratory: { A, emulator } }: Scene): Promise<LivingGrant[]> {
  const held = new Set<string>();
  const keep = (sealed: string | null) => sealed !== null && held.add(A.vault.decrypt(sealed));
  const rows = await A.database.select().from(socialConnections).where(isNull(socialConnections.revokedAt));
  for (const { accessTokenEnc, refreshTokenEnc, ownerTokenEnc } of rows)
    for (const sealed of [accessTokenEnc, refreshTokenEnc, ownerTokenEnc]) keep(sealed);
  const choices = await A.database.select().from(connectionChoices);
  const offered = choices.map(({ resultsEnc }) => A.vault.decrypt(resultsEnc));
  const isHeld = (token: string) => held.has(token) || offered.some((results) => results.includes(token));
  return livingGrants(emulator).filter(({ tokens }) => !tokens.some(isHeld));
}

/** A share's status at this point of the journal. Undefined if the share did not exist. */
export function statusAt(journal: readonly Entry[], shareId: string, n: number): string | undefined {
  const before = journal.filter((entry) => entry.subject === shareId && entry.n <= n);
  return before.at(-1)?.now ?? undefined;
}
