/** Limits the size of what a network, or the operator of one of its servers, says about an account. */
import { type Account, PlatformError } from "../../platforms/platform.ts";
import { tidyName } from "../../words/names.ts";
import { say } from "../../words/words.ts";

const LONGEST_NAME = 100;

/** A user name with a host name of at most 253 characters (RFC 1035, section 2.3.4). */
const LONGEST_USERNAME = 320;
const LONGEST_ID = 400;
const LONGEST_ADDRESS = 2_000;
const LONGEST_EXTRA = 8_000;

/**
 * Shortens names and drops a picture's address that is too long.
 * @throws {PlatformError} when the id or the platform's own data is longer than any network's
 */
export function boundAccount({ avatarUrl, ...account }: Account): Account {
  const { id, grantedBy = "", extra } = account;
  if (id.length > LONGEST_ID || grantedBy.length > LONGEST_ID || JSON.stringify(extra).length > LONGEST_EXTRA)
    throw new PlatformError("rejected", {
      code: "account-too-long",
      message: say("The server sent more data about this account than we can store."),
    });
  const username = tidyName(account.username, LONGEST_USERNAME) || tidyName(id, LONGEST_USERNAME);
  return {
    ...account,
    ...{ username, displayName: tidyName(account.displayName, LONGEST_NAME) || username },
    ...(avatarUrl !== undefined && avatarUrl.length <= LONGEST_ADDRESS ? { avatarUrl } : {}),
  };
}
