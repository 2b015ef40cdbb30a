/** Tokens of Threads (docs/networks/threads.md, section 2). */
import { openGrants } from "../meta/grants.ts";
import type { ThreadsMemory } from "./memory.ts";
import { endedToken, invalidParameter, refusal } from "./problems.ts";

export const basicScope = "threads_basic";

export const { redeemCode, exchangeToken, renewToken, findToken } = openGrants<ThreadsMemory>({
  basicScope,
  tokenPrefix: { short: "THQVJ", long: "THAA" },
  refusal,
  endedToken,
  invalidParameter,
  refuseDead: (world, ended) =>
    world.memory.switches.deadTokens === "not-found" ? refusal("dead-token") : ended,
});
