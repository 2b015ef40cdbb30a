/** Checks calls to Instagram's own host: the token of Instagram Login and its permissions (docs/networks/instagram.md, errors). */
import type { Context, ErrorHandler } from "hono";
import { GraphRefusal } from "../meta/errors.ts";
import type { Env } from "../network.ts";
import { basicScope, findToken } from "./grants.ts";
import type { Caller } from "./media.ts";
import type { InstagramAccount, InstagramWorld } from "./memory.ts";
import { answerProblem, refusal } from "./problems.ts";

/** Older versions are served as the oldest of these; newer ones do not exist. */
const newestVersion = 26;

/** @throws {GraphRefusal} */
export function readLoginCaller(world: InstagramWorld, c: Context<Env>): Caller {
  checkVersion(c.req.param("version") ?? "");
  const token =
    /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? c.req.query("access_token");
  if (!token) throw refusal("token-missing");
  const { grant } = findToken(world, token);
  const account = world.memory.accounts.find(({ id }) => id === grant.accountId);
  if (!account) throw refusal("token-unreadable");
  spendBudget(world, account);
  return {
    clientId: grant.clientId,
    accounts: [account],
    may: {
      read: grant.scopes.includes(basicScope),
      publish: grant.scopes.includes("instagram_business_content_publish"),
      comment: grant.scopes.includes("instagram_business_manage_comments"),
      delete: false,
    },
  };
}

function checkVersion(version: string): void {
  const major = /^v(\d+)\.\d+$/.exec(version)?.[1];
  if (major === undefined || Number(major) < 2 || Number(major) > newestVersion)
    throw refusal("unknown-path");
}

function spendBudget({ memory }: InstagramWorld, { id }: InstagramAccount): void {
  const { callBudget } = memory.switches;
  if (callBudget === 0) return;
  const made = (memory.callsMade[id] ?? 0) + 1;
  memory.callsMade[id] = made;
  if (made > callBudget) throw new GraphRefusal(overBudget(id));
}

/** Code 80002, with the header that gives the minutes to wait. */
export function overBudget(accountId: string): Response {
  const answer = answerProblem("call-budget");
  const use = { type: "instagram", call_count: 100, total_cputime: 20, total_time: 20 };
  const usage = { [accountId]: [{ ...use, estimated_time_to_regain_access: 15 }] };
  answer.headers.set("x-business-use-case-usage", JSON.stringify(usage));
  return answer;
}

/** Turns a refusal into the network's answer. */
export const answerRefusal: ErrorHandler<Env> = (error) => {
  if (error instanceof GraphRefusal) return error.response;
  throw error;
};
