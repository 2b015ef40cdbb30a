/** An account as the columns of `social_connections` hold it. */
import { type Account, readWebAddress } from "../../platforms/platform.ts";
import type { ConnectionRow } from "../connection.ts";
import { fromFields, type NoField } from "./fields.ts";

type AccountColumns = Pick<
  ConnectionRow,
  "platformUserId" | "platformUsername" | "displayName" | "avatarUrl" | "grantedBy" | "extraData"
>;

/** The columns to write for an account. */
export function toAccountColumns(account: Account): AccountColumns {
  const { id, username, displayName, avatarUrl, grantedBy, extra, ...rest } = account;
  rest satisfies NoField;
  return {
    ...{ platformUserId: id, platformUsername: username, displayName },
    ...{ avatarUrl: avatarUrl ?? null, grantedBy: grantedBy ?? null, extraData: extra },
  };
}

/** The account of a row. A picture's address that is no web address is left out. */
export function toAccount(row: AccountColumns): Account {
  return fromFields<Account>({
    id: row.platformUserId,
    username: row.platformUsername,
    displayName: row.displayName,
    avatarUrl: readWebAddress(row.avatarUrl),
    grantedBy: row.grantedBy ?? undefined,
    extra: row.extraData,
  });
}
