/** Tokens of Instagram Login (docs/platforms/instagram.md, section 3). */
import type { InstagramMemory } from "./instagram-memory.ts";
import { endedToken, invalidParameter, refusal } from "./instagram-problems.ts";
import { openGrants } from "./meta-grants.ts";

export const basicScope = "instagram_business_basic";

export const { redeemCode, exchangeToken, renewToken, findToken } = openGrants<InstagramMemory>({
  basicScope,
  tokenPrefix: { short: "IGAA", long: "IGAA" },
  refusal,
  endedToken,
  invalidParameter,
});
