/** Connects the accounts that a person chose. */
import type { OAuthResult, PlatformName } from "../../platforms/platform.ts";
import type { Told } from "../../words/words.ts";
import type { Connection } from "../connection.ts";
import type { EndingRuntime } from "../grants/record-ending.ts";
import type { TokensRuntime } from "../tokens.ts";
import { type Chooser, findRow, unseal } from "./choose.ts";
import { saveConnections } from "./save.ts";

export type Chosen =
  | {
      readonly outcome: "connected";
      readonly platform: PlatformName;
      readonly connections: readonly Connection[];
      /** Why some of the accounts were not connected. */
      readonly problems: readonly Told[];
      readonly returnTo: string;
    }
  | { readonly outcome: "nothing-chosen" }
  | { readonly outcome: "not-found" };

/** Connects the accounts with these ids. This uses up the choice, including the accounts that were not chosen. */
export async function takeChoice(
  runtime: EndingRuntime,
  chooser: Chooser & { readonly ipAddress?: string | undefined },
  choiceId: string,
  accountIds: readonly string[],
): Promise<Chosen> {
  const offered = await open(runtime, chooser, choiceId);
  if (offered === undefined) return { outcome: "not-found" };
  const { platform, returnTo, authorisedAt, grantId } = offered;
  const wanted = new Set(accountIds);
  const results = offered.results.filter(
    ({ account, hindrance }) => hindrance === undefined && wanted.has(account.id),
  );
  if (results.length === 0) return { outcome: "nothing-chosen" };
  const { person, ipAddress } = chooser;
  const saved = await saveConnections(runtime, {
    ...{ person, ipAddress, platform, results, authorisedAt, grantId, choiceId },
  });
  return { outcome: "connected", platform, ...saved, returnTo };
}

interface Offered {
  readonly platform: PlatformName;
  readonly results: readonly OAuthResult[];
  readonly returnTo: string;
  readonly authorisedAt: Date;
  readonly grantId: string;
}

async function open(
  runtime: TokensRuntime,
  chooser: Chooser,
  choiceId: string,
): Promise<Offered | undefined> {
  const row = await findRow(runtime, chooser, choiceId);
  if (row === undefined) return undefined;
  const { platform, returnTo, createdAt, grantId } = row;
  return { platform, results: await unseal(runtime, row), returnTo, authorisedAt: createdAt, grantId };
}
