/** Connects better-auth to our tables, with real transactions, hashed session tokens and our rules for new people. */
import { getCurrentAdapter } from "@better-auth/core/context";
import type { DBAdapter, DBTransactionAdapter } from "@better-auth/core/db/adapter";
import { APIError } from "@better-auth/core/error";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { BetterAuthOptions } from "better-auth/minimal";
import type { Database, Queryable } from "../../database/open.ts";
import { credentials, passkeys, sessions, users, verifications } from "../../database/schema.ts";
import { isTaken } from "../../database/taken.ts";
import { tidyName } from "../../words/names.ts";
import { NAME_MAXIMUM } from "../details.ts";
import { ADDRESS_TAKEN } from "../sign-in/refusal-codes.ts";
import { hashSessionTokens } from "../sign-in/session-tokens.ts";
import type { Admission, Newcomer } from "../sign-up/admission.ts";

export type Admit = (transaction: Queryable, newcomer: Newcomer) => Promise<Admission>;

type Row = Record<string, unknown>;

const schema = {
  user: users,
  session: sessions,
  account: credentials,
  verification: verifications,
  passkey: passkeys,
};

/** The adapter for better-auth. @param admit decides whether somebody may get an account */
export function createAuthTables(
  database: Database,
  admit: Admit,
): (options: BetterAuthOptions) => DBAdapter {
  return (options) => ({
    ...openTables(database, admit, options),
    transaction: (work) =>
      database.transaction((transaction) => work(openTables(transaction, admit, options))),
  });
}

/** The database handle of each adapter. */
const queryables = new WeakMap<object, Queryable>();

/** The transaction in which better-auth is called at this moment. @throws {Error} outside of one */
export async function currentTransaction<O extends BetterAuthOptions>(
  tables: DBAdapter<O>,
): Promise<Queryable> {
  const transaction = await findTransaction(tables);
  if (transaction === undefined) throw new Error("There is no transaction.");
  return transaction;
}

/** The same, or undefined outside of a transaction. */
export async function findTransaction<O extends BetterAuthOptions>(
  tables: DBAdapter<O>,
): Promise<Queryable | undefined> {
  return queryables.get(await getCurrentAdapter(tables));
}

function openTables(database: Queryable, admit: Admit, options: BetterAuthOptions): DBTransactionAdapter {
  const tablesOf = (queryable: Queryable) =>
    hashSessionTokens(drizzleAdapter(queryable, { provider: "pg", schema })(options));
  const tables = tablesOf(database);

  async function create<T extends Row, R = T>(request: {
    model: string;
    data: Omit<T, "id">;
    forceAllowId?: boolean | undefined;
  }): Promise<R> {
    if (request.model !== "user") return tables.create<T, R>(request);
    const made = database.transaction(async (transaction) => {
      const { invitation, byProvider, ...row }: Row = request.data;
      const email = String(row.email);
      const { role, addressProven } = await admit(transaction, {
        email,
        addressProven: row.emailVerified === true,
        invitation: typeof invitation === "string" ? invitation : undefined,
        byProvider: byProvider === true,
      });
      const name = tidyName(String(row.name ?? ""), NAME_MAXIMUM) || email.split("@")[0];
      return tablesOf(transaction).create<Row, R>({
        ...request,
        data: { ...row, name, role, emailVerified: addressProven },
      });
    });
    return await made.catch((error: unknown) => {
      if (!isTaken(error)) throw error;
      throw new APIError("UNPROCESSABLE_ENTITY", {
        code: ADDRESS_TAKEN,
        message: "Somebody has this address.",
      });
    });
  }

  const opened = { ...tables, create };
  queryables.set(opened, database);
  return opened;
}
