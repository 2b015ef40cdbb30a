/** What a network granted, an account with its tokens, as it is kept sealed and read back. */
import { z } from "zod";
import { webAddress } from "../../platforms/platform.ts";
import { toldShape } from "../told.ts";

const tokensShape = z.object({
  accessToken: z.string(),
  refreshToken: z.string().exactOptional(),
  ownerToken: z.string().exactOptional(),
  expiresAt: z.coerce.date().exactOptional(),
  renewAfter: z.coerce.date().exactOptional(),
  scopes: z.array(z.string()),
});

/** An account that may be chosen. */
export const candidateShape = z.object({
  account: z.object({
    id: z.string(),
    username: z.string(),
    displayName: z.string(),
    avatarUrl: webAddress.exactOptional(),
    grantedBy: z.string().exactOptional(),
    extra: z.record(z.string(), z.json()),
  }),
  hindrance: toldShape.exactOptional(),
});

export const resultsShape = z.array(candidateShape.extend({ tokens: tokensShape }));
