/** The accounts of a request in its row: each with its picture and the sign of its state. */
import type { Share } from "../../sharing/share.ts";
import { AccountMark, tellAccount } from "../frame/account-badge.tsx";
import { Sign } from "../frame/icons.tsx";
import { T, useWords } from "../frame/words.tsx";
import { tellState } from "../share/result/share-state.ts";

/** Shows a few shares. Requires `MarkSymbols` on the page. */
export function RowAccounts({ shares }: { readonly shares: readonly Share[] }) {
  const { t } = useWords();
  return (
    <ul class="row-accounts">
      {shares.map((share) => {
        const { label, sign, tone } = tellState(share);
        const account = tellAccount(share.connection, t);
        return (
          <li class={tone} title={t("{account}: {state}", { account, state: t(label) })}>
            <AccountMark connection={share.connection} />
            <span class="row-state">
              <Sign name={sign} />
            </span>
            <span class="unseen">
              <T account={account} state={t(label)}>
                {"{account}: {state}"}
              </T>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
