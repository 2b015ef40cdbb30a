/** better-auth's way to our tables: real transactions, hashed session tokens, and no new person without admission. */

import type { DBAdapter, DBTransactionAdapter } from "@better-auth/core/db/adapter";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { BetterAuthOptions } from "better-auth/minimal";
import type { Database, Queryable } from "../database/open.ts";
import { credentials, passkeys, sessions, twoFactors, users, verifications } from "../database/schema.ts";
import type { Admission, Newcomer } from "./admission.ts";
import { hashSessionTokens } from "./session-tokens.ts";

export type Admit = (transaction: Queryable, newcomer: Newcomer) => Promise<Admission>;

type Row = Record<string, unknown>;

const schema = {
  user: users,
  session: sessions,
  account: credentials,
  verification: verifications,
  twoFactor: twoFactors,
  passkey: passkeys,
};

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
    return database.transaction(async (transaction) => {
      const { invitation, byProvider, ...row }: Row = request.data;
      const email = String(row.email);
      const { role, addressProven } = await admit(transaction, {
        email,
        addressProven: row.emailVerified === true,
        invitation: typeof invitation === "string" ? invitation : undefined,
        byProvider: byProvider === true,
      });
      const name = row.name || email.split("@")[0];
      return tablesOf(transaction).create<Row, R>({
        ...request,
        data: { ...row, name, role, emailVerified: addressProven },
      });
    });
  }

  return { ...tables, create };
}
