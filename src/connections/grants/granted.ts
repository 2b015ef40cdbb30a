/** How an account and its tokens are stored while the person chooses, sealed, and read back. */
import { z } from "zod";
import { type Account, type OAuthResult, type Tokens, webAddress } from "../../platforms/platform.ts";
import type { SchemaOf } from "../columns/fields.ts";
import { toldShape } from "../told.ts";

const tokensShape = z.object({
  accessToken: z.string(),
  refreshToken: z.string().exactOptional(),
  ownerToken: z.string().exactOptional(),
  expiresAt: z.coerce.date().exactOptional(),
  renewAfter: z.coerce.date().exactOptional(),
  scopes: z.array(z.string()),
} satisfies SchemaOf<Tokens>);

const accountShape = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  avatarUrl: webAddress.exactOptional(),
  grantedBy: z.string().exactOptional(),
  extra: z.record(z.string(), z.json()),
} satisfies SchemaOf<Account>);

const resultShape = z.object({
  account: accountShape,
  tokens: tokensShape,
  hindrance: toldShape.exactOptional(),
} satisfies SchemaOf<OAuthResult>);

/** Every account that the network offered, with its tokens: only ever stored sealed. */
export const resultsShape = z.array(resultShape);

/** An account to choose from, without its tokens: stored as plain JSON for the page. */
export const candidateShape = resultShape.omit({ tokens: true });
