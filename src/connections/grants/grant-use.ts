/** Finds out whether something else still needs a grant. */
import { and, eq, isNotNull, isNull, ne, or } from "drizzle-orm";
import { looseGrants, socialConnections } from "../../database/schema.ts";
import type { Account, SocialPlatform, Tokens } from "../../platforms/platform.ts";
import type { TokensRuntime } from "../tokens.ts";
import { isHeld, type LooseGrant } from "./loose-grants.ts";

interface Used {
  readonly grant: LooseGrant;
  readonly platform: SocialPlatform;
  readonly account: Account;
  readonly tokens: Tokens;
}

/** Whether a connected account, or a person who has yet to choose accounts, uses the grant. */
export async function isInUse(
  { database, vault, now }: TokensRuntime,
  { grant, platform, account, tokens }: Used,
): Promise<boolean> {
  const whole = platform.grantOf(account);
  const connected = await database
    .select({ sealed: socialConnections.accessTokenEnc })
    .from(socialConnections)
    .where(
      and(
        sharesGrant(socialConnections, grant, whole),
        isNull(socialConnections.revokedAt),
        isNotNull(socialConnections.accessTokenEnc),
      ),
    );
  const held = await database
    .select({ sealed: looseGrants.accessTokenEnc })
    .from(looseGrants)
    .where(and(sharesGrant(looseGrants, grant, whole), isHeld(now()), ne(looseGrants.id, grant.id)));
  const others = [...connected, ...held];
  if (whole !== undefined) return others.length > 0;
  // Where every token is a grant of its own, several accounts may still have received the same one.
  return others.some(
    ({ sealed }) => sealed !== null && vault.canOpen(sealed) && vault.decrypt(sealed) === tokens.accessToken,
  );
}

/**
 * The condition for rows that may hold the same grant.
 * @param whose the grant's id as `grantOf` returns it; undefined: rows that may hold the same token
 */
export function sharesGrant(
  table: typeof socialConnections | typeof looseGrants,
  { platform, platformUserId, grantedBy }: LooseGrant,
  whose: string | undefined,
) {
  // Without an account's id, it may be any account.
  const id = whose ?? platformUserId;
  const isAccount = and(eq(table.platform, platform), id === "" ? undefined : eq(table.platformUserId, id));
  const byWhom = whose ?? grantedBy;
  return or(isAccount, byWhom === null ? undefined : eq(table.grantedBy, byWhom));
}
