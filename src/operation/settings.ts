/**
 * Settings that the operator may change at run time. They are kept in the database and reach every process within
 * seconds.
 */
import { isDeepStrictEqual } from "node:util";
import { eq, sql } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import type { Pulse } from "../database/pulse.ts";
import { settings } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { isName, type Name, type Settings, shapes } from "./setting-shapes.ts";

export interface LiveSettings {
  /** The settings, a few seconds old at most. */
  current(): Settings;
  reread(): Promise<void>;
  close(): void;
}

/** A value that differs after any setting is changed, added or removed. */
const version = sql`select concat(count(*), ' ', max(${settings.updatedAt})) from ${settings}`;

/** Loads the settings now, and again whenever they change. */
export async function openSettings(
  database: Database,
  pulse: Pick<Pulse, "add">,
  log: { warn(details: object, message: string): void },
): Promise<LiveSettings> {
  let known = await readSettings(database);
  let seen: unknown;
  const reread = async () => {
    known = await readSettings(database);
  };
  const close = pulse.add({
    value: version,
    ask: () => (found) => {
      if (found === seen) return;
      seen = found;
      reread().catch((error: unknown) => {
        seen = undefined;
        log.warn({ err: error }, "settings could not be read again");
      });
    },
  });
  return { current: () => known, reread, close };
}

/** Skips rows that this version does not know or understand. */
async function readSettings(database: Database): Promise<Settings> {
  const rows = await database.select().from(settings);
  const read = rows.flatMap(({ name, value }) => {
    const parsed = isName(name) ? shapes[name].safeParse(value) : undefined;
    return parsed?.success ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(read) as Settings;
}

export interface SettingsRuntime {
  readonly database: Database;
  readonly config: Changeable;
  readonly settings: LiveSettings;
  now(): Date;
}

/** Writes the settings that differ. @param changes null resets a setting to the environment's value */
export async function changeSettings(
  { database, config, settings: live, now }: SettingsRuntime,
  operator: { readonly id: string },
  changes: { readonly [N in Name]?: Settings[N] | null },
  ipAddress: string | undefined,
): Promise<void> {
  const before: Readonly<Record<string, unknown>> = { ...pickChangeable(config), ...live.current() };
  await database.transaction(async (transaction) => {
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || isDeepStrictEqual(value, before[name] ?? null)) continue;
      await writeSetting(transaction, { name, value, at: now() });
      await recordEvent(transaction, {
        ...{ userId: operator.id, subject: name, ipAddress },
        action: "settings.changed",
      });
    }
  });
  await live.reread();
}

async function writeSetting(
  transaction: Queryable,
  { name, value, at }: { name: string; value: NonNullable<unknown> | null; at: Date },
): Promise<void> {
  if (value === null) {
    await transaction.delete(settings).where(eq(settings.name, name));
    return;
  }
  const row = { name, value: value as typeof settings.$inferInsert.value, updatedAt: at };
  const { name: _name, ...set } = row;
  await transaction.insert(settings).values(row).onConflictDoUpdate({ target: settings.name, set });
}

function pickChangeable({ appName, signUp, publicCounts, linkParameters }: Changeable): Changeable {
  return { appName, signUp, publicCounts, linkParameters };
}

interface Changeable {
  readonly appName: string;
  readonly signUp: "open" | "invitation" | "closed";
  readonly publicCounts: boolean;
  readonly linkParameters: string;
}

/** The configuration with the changed settings on top. Its properties always return the current value. */
export function withSettings<C extends Changeable>(config: C, live: LiveSettings): C {
  const now = <N extends keyof Changeable>(name: N): Changeable[N] =>
    (live.current() as Partial<Changeable>)[name] ?? config[name];
  return Object.freeze(
    Object.defineProperties({ ...config }, {
      appName: { get: () => now("appName"), enumerable: true },
      signUp: { get: () => now("signUp"), enumerable: true },
      publicCounts: { get: () => now("publicCounts"), enumerable: true },
      linkParameters: { get: () => now("linkParameters"), enumerable: true },
    } satisfies Readonly<Record<keyof Changeable, PropertyDescriptor>>),
  );
}
