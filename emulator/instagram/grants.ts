/** Tokens of Instagram Login (docs/networks/instagram.md, section 3). */

import { openGrants } from "../meta/grants.ts";
import type { InstagramMemory } from "./memory.ts";
import { endedToken, invalidParameter, refusal } from "./problems.ts";

export const basicScope = "instagram_business_basic";

export const { redeemCode, exchangeToken, renewToken, findToken } = openGrants<InstagramMemory>({
  basicScope,
  tokenPrefix: { short: "IGAA", long: "IGAA" },
  refusal,
  endedToken,
  invalidParameter,
});
