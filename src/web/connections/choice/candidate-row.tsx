/** One account that a network gave access to, with a box to tick. */

import type { Candidate } from "../../../connections/oauth/choose.ts";
import { AccountPicture, tellHandle } from "../../frame/account-badge.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";

interface CandidateRowProps {
  readonly candidate: Candidate;
  readonly index: number;
  readonly isChosen: boolean;
}

export function CandidateRow({ candidate, index, isChosen }: CandidateRowProps) {
  const { account, hindrance, connected } = candidate;
  const notes = `notes-${index}`;
  return (
    <li class="choice-account">
      <label>
        <input
          type="checkbox"
          name="account"
          value={account.id}
          checked={isChosen && hindrance === undefined}
          disabled={hindrance !== undefined}
          aria-describedby={notes}
        />
        <span class="badge">
          <AccountPicture account={account} />
          <span class="badge-words">
            <strong>{breakable(account.displayName)}</strong>{" "}
            <span class="quiet">{breakable(tellHandle(useWords(), account))}</span>
          </span>
        </span>
      </label>
      <div class="choice-notes" id={notes}>
        {hindrance !== undefined && (
          <p class="note doubt">
            <Say told={hindrance} />
          </p>
        )}
        {hindrance === undefined && connected && (
          <p class="note quiet">
            <T>Already connected. The connection will be renewed.</T>
          </p>
        )}
      </div>
    </li>
  );
}
