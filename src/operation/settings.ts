/** What the operator may change while the service runs: kept in the database, and in force in every process within seconds. */
import { isDeepStrictEqual } from "node:util";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database, Queryable } from "../database/open.ts";
import type { Pulse } from "../database/pulse.ts";
import { settings } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { say } from "../words/words.ts";

const logoShape = z.object({ type: z.literal("image/png"), base64: z.string(), hash: z.string() });

/** "utm_source={network}&utm_medium=social" */
export const linkParametersShape = z
  .string()
  .trim()
  .max(300)
  .regex(
    /^(?:[\w.~-]+=(?:[\w.~%+-]|\{network\})*(?:&[\w.~-]+=(?:[\w.~%+-]|\{network\})*)*)?$/,
    say(
      "Write the parameters like utm_source=blog&utm_medium=social. Between braces only the word network may stand.",
    ),
  );

export const serviceNameShape = z
  .string()
  .trim()
  .min(1, say("Enter a name for the service."))
  .max(60, say("Use at most 60 characters for the name."));

/** "#0b6b5f" */
export const accentShape = z.string().regex(/^#[0-9a-f]{6}$/, say("Choose a colour."));

export const signUpShape = z.enum(["open", "invitation", "closed"], say("Choose who may sign up."));

/** Each by the name of its row. What is absent holds as the environment has it. */
const shapes = {
  appName: serviceNameShape,
  accent: accentShape,
  logo: logoShape,
  signUp: signUpShape,
  publicCounts: z.boolean(),
  linkParameters: linkParametersShape,
  /** What a network charges for a post with a link, to be told before it is shared. */
  postPrices: z.partialRecord(
    z.enum(platformNames),
    z.object({ amount: z.number().min(0).max(1_000), currency: z.string().regex(/^[A-Z]{3}$/) }),
  ),
} as const;

type Name = keyof typeof shapes;
export type Settings = { readonly [N in Name]?: z.infer<(typeof shapes)[N]> };
export type Logo = z.infer<typeof logoShape>;
export type PostPrice = NonNullable<NonNullable<Settings["postPrices"]>[PlatformName]>;

export interface LiveSettings {
  /** As they were a few seconds ago at most. */
  current(): Settings;
  reread(): Promise<void>;
  close(): void;
}

/** Differs whenever one of them was changed, added or removed. */
const version = sql`select concat(count(*), ' ', max(${settings.updatedAt})) from ${settings}`;

/** Read at once, and then again whenever they differ. */
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

/** Rows that this version does not know or understand are left alone. */
async function readSettings(database: Database): Promise<Settings> {
  const rows = await database.select().from(settings);
  const read = rows.flatMap(({ name, value }) => {
    const parsed = isName(name) ? shapes[name].safeParse(value) : undefined;
    return parsed?.success ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(read) as Settings;
}

function isName(name: string): name is Name {
  return Object.hasOwn(shapes, name);
}

export interface SettingsRuntime {
  readonly database: Database;
  readonly config: Changeable;
  readonly settings: LiveSettings;
  now(): Date;
}

/** What is as it was stays unwritten. @param changes null: as the environment has it again */
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

/** The configuration with what was changed since: whoever holds it reads the present value. */
export function withSettings<C extends Changeable>(config: C, live: LiveSettings): C {
  const now = <N extends keyof Changeable>(name: N): Changeable[N] =>
    (live.current() as Partial<Changeable>)[name] ?? config[name];
  return Object.freeze(
    Object.defineProperties(
      { ...config },
      {
        appName: { get: () => now("appName"), enumerable: true },
        signUp: { get: () => now("signUp"), enumerable: true },
        publicCounts: { get: () => now("publicCounts"), enumerable: true },
        linkParameters: { get: () => now("linkParameters"), enumerable: true },
      },
    ),
  );
}
