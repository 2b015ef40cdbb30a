/** Chooses the options of each account's post: what the person says now, or else what they chose for this account last time. */
import { inArray, sql } from "drizzle-orm";
import { type Connection, handleOf } from "../../connections/connection.ts";
import type { Queryable } from "../../database/open.ts";
import { socialConnections, socialShares } from "../../database/schema.ts";
import {
  keptOf,
  type OptionValues,
  type PlatformName,
  type PostOption,
  type ReadOptions,
  readOptions,
  spellOut,
} from "../../platforms/platform.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { part, say } from "../../words/words.ts";
import type { DraftProblem } from "./weigh.ts";

/** What a form says about options: their values by name, as text. A name that is absent says nothing, an empty text "none". */
export type GivenOptions = Readonly<Record<string, string | boolean>>;

export interface ChosenOptions {
  /** For single accounts, by connection id. */
  readonly ownOptions?: Readonly<Record<string, GivenOptions>> | undefined;
  /** For all accounts of a network that have nothing of their own. */
  readonly networkOptions?: Readonly<Partial<Record<PlatformName, GivenOptions>>> | undefined;
}

interface OptionsRuntime {
  readonly platforms: PlatformRegistry;
}

/** Returns what people may choose for a post of this account; nothing if its network is not set up here. */
export function listOptions(
  { platforms }: OptionsRuntime,
  { platform: name, account }: Pick<Connection, "platform" | "account">,
): readonly PostOption[] {
  const platform = platforms.availablePlatforms().find((candidate) => candidate.name === name);
  return platform?.optionsOf(account) ?? [];
}

/**
 * Returns by connection id what people chose for their latest post there, as far as it is chosen again for the next one. Accounts
 * without such a choice are absent.
 */
export async function findLastOptions(
  runtime: OptionsRuntime,
  database: Queryable,
  connections: readonly Connection[],
): Promise<Map<string, OptionValues>> {
  const options = new Map(connections.map((connection) => [connection.id, listOptions(runtime, connection)]));
  const ids = [...options].filter(([, some]) => some.some(({ isKept }) => isKept)).map(([id]) => id);
  if (ids.length === 0) return new Map();
  const rows = await database
    .select({
      id: socialConnections.id,
      last: sql<OptionValues | null>`(select latest.options from ${socialShares} as latest
        where latest.connection_id = ${socialConnections}.id order by latest.created_at desc limit 1)`,
    })
    .from(socialConnections)
    .where(inArray(socialConnections.id, ids));
  return new Map(
    rows
      .map(({ id, last }) => [id, keptOf(options.get(id) ?? [], last ?? {})] as const)
      .filter(([, kept]) => Object.keys(kept).length > 0),
  );
}

/**
 * Reads what was chosen for one account.
 * @param before applies to what was not said
 */
export function readChosen(
  runtime: OptionsRuntime,
  connection: Connection,
  { ownOptions = {}, networkOptions = {} }: ChosenOptions,
  before?: OptionValues,
): ReadOptions {
  const given = { ...networkOptions[connection.platform], ...ownOptions[connection.id] };
  return readOptions(listOptions(runtime, connection), given, before);
}

/** Returns the choice of an earlier request in full for single accounts, so that its defaults are chosen again too. */
export function spellOutChosen(
  runtime: OptionsRuntime,
  connections: readonly Connection[],
  chosen: ChosenOptions,
): Required<ChosenOptions> {
  const ownOptions = connections.map((connection) => {
    const { values } = readChosen(runtime, connection, chosen);
    return [connection.id, spellOut(listOptions(runtime, connection), values)] as const;
  });
  return { networkOptions: {}, ownOptions: Object.fromEntries(ownOptions) };
}

/**
 * Returns the options of each account's post, by connection id, and a problem for each that the account cannot have.
 * @param before the options of posts that are being changed
 */
export async function chooseOptions(
  runtime: OptionsRuntime,
  database: Queryable,
  {
    connections,
    chosen,
    before = new Map(),
  }: {
    readonly connections: readonly Connection[];
    readonly chosen: ChosenOptions;
    readonly before?: ReadonlyMap<string, OptionValues> | undefined;
  },
): Promise<{
  readonly options: ReadonlyMap<string, OptionValues>;
  readonly refused: readonly DraftProblem[];
}> {
  const last = await findLastOptions(runtime, database, connections);
  const options = new Map<string, OptionValues>();
  const refused: DraftProblem[] = [];
  for (const connection of connections) {
    const { id, account } = connection;
    const read = readChosen(runtime, connection, chosen, before.get(id) ?? last.get(id));
    if (Object.keys(read.values).length > 0) options.set(id, read.values);
    for (const { name, label } of read.refused) {
      const problem = say("This value cannot be used for “{option}” ({account}). Choose another one.", {
        ...{ option: part(label), account: handleOf(account) },
      });
      refused.push({ connectionId: id, option: name, problem });
    }
  }
  return { options, refused };
}
