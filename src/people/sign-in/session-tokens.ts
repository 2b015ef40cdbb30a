/**
 * Stores session tokens as hashes only. better-auth 1.7 has no setting for that, so this adapter hashes them on
 * the way to the tables and in every search, and returns the plain token only to the caller who has it.
 */
import type { DBAdapter, DBTransactionAdapter, Where } from "@better-auth/core/db/adapter";
import { hashSecret } from "../secrets.ts";

type Row = Record<string, unknown>;

/** Wraps an adapter of better-auth so that tokens are hashed. */
export function hashSessionTokens(tables: DBAdapter): DBTransactionAdapter {
  async function create<T extends Row, R = T>(request: {
    model: string;
    data: Omit<T, "id">;
    forceAllowId?: boolean | undefined;
  }): Promise<R> {
    const data: Row = request.data;
    if (request.model !== "session" || typeof data.token !== "string")
      return tables.create<Row, R>({ ...request, data });
    const { token } = data;
    const row = await tables.create<Row, R & object>({
      ...request,
      data: { ...data, token: hashSecret(token) },
    });
    return { ...row, token };
  }

  return {
    ...tables,
    create,
    findOne: async <T>(request: Parameters<DBAdapter["findOne"]>[0]) =>
      restore(await tables.findOne<T & object>(hashed(request)), request),
    update: async <T>(request: Parameters<DBAdapter["update"]>[0]) =>
      restore(await tables.update<T & object>(hashed(request)), request),
    findMany: (request) => tables.findMany(hashed(request)),
    count: (request) => tables.count(hashed(request)),
    updateMany: (request) => tables.updateMany(hashed(request)),
    delete: (request) => tables.delete(hashed(request)),
    deleteMany: (request) => tables.deleteMany(hashed(request)),
  };
}

interface Search {
  readonly model: string;
  readonly where?: Where[] | undefined;
}

function hashed<S extends Search>(request: S): S {
  if (request.model !== "session" || request.where === undefined) return request;
  return {
    ...request,
    where: request.where.map((condition) =>
      condition.field === "token" ? hashCondition(condition) : condition,
    ),
  };
}

function hashCondition(condition: Where): Where {
  const { value } = condition;
  if (typeof value === "string") return { ...condition, value: hashSecret(value) };
  if (Array.isArray(value)) return { ...condition, value: value.map((token) => hashSecret(String(token))) };
  return condition;
}

/** A caller who searched by a token gets it back. */
function restore<T extends object>(row: T | null, { model, where }: Search): T | null {
  const token = model === "session" ? where?.find(({ field }) => field === "token")?.value : undefined;
  return row === null || typeof token !== "string" ? row : { ...row, token };
}
