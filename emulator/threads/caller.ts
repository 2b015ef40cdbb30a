/** Reads the token and the parameters of calls to the simulated Threads, from the query, headers or body. */
import type { Context, ErrorHandler } from "hono";
import { z } from "zod";
import { GraphRefusal } from "../meta/errors.ts";
import type { Env } from "../network.ts";
import { basicScope, findToken } from "./grants.ts";
import type { ThreadsAccount, ThreadsWorld } from "./memory.ts";
import { refusal } from "./problems.ts";

export type Parameters = Readonly<Record<string, string>>;

export interface Caller {
  readonly account: ThreadsAccount;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly parameters: Parameters;
}

export const publishScope = "threads_content_publish";
export const deleteScope = "threads_delete";

/** @throws {GraphRefusal} */
export async function readCaller(
  world: ThreadsWorld,
  c: Context<Env>,
  ...needed: readonly string[]
): Promise<Caller> {
  const parameters = await readParameters(c);
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const { grant } = findToken(world, bearer ?? parameters.access_token ?? "");
  const account = world.memory.accounts.find(({ id }) => id === grant.accountId);
  if (!account) throw refusal("token-unreadable");
  const { clientId, scopes } = grant;
  if ([basicScope, ...needed].some((scope) => !scopes.includes(scope))) throw refusal("permission-missing");
  return { account, clientId, scopes, parameters };
}

/** Checks that the path names the caller's own account. @throws {GraphRefusal} */
export function checkOwn({ account }: Caller, id: string): void {
  if (id !== "me" && id !== account.id) throw refusal("not-there");
}

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).transform(String);

/** Reads the query and the body, which may be a form or JSON. */
export async function readParameters(c: Context<Env>): Promise<Parameters> {
  const isJson = c.req.header("content-type")?.toLowerCase().includes("application/json");
  const body: unknown = isJson ? await c.req.json().catch(() => ({})) : await c.req.parseBody();
  const fields = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const read = Object.entries(fields).flatMap(([name, value]) => {
    const scalar = scalarSchema.safeParse(value);
    return scalar.success ? [[name, scalar.data]] : [];
  });
  return { ...c.req.query(), ...Object.fromEntries(read) };
}

/** Turns a refusal into the network's answer. */
export const answerRefusal: ErrorHandler<Env> = (error) => {
  if (error instanceof GraphRefusal) return error.response;
  throw error;
};
