/** Asks once whether to share a page again to the accounts that have it already. */
import type { EarlierShare } from "../../sharing/requests/earlier.ts";
import { T } from "../frame/words.tsx";
import type { FewAccounts } from "./share-accounts.tsx";
import type { Draft } from "./share-draft.tsx";

interface AskAgainProps {
  readonly draft: Draft;
  /** Undefined where the person has many accounts: their picker asks. */
  readonly few: FewAccounts | undefined;
}

export function AskAgain({ draft, few }: AskAgainProps) {
  const chosen = draft.connectionIds.filter((id) => few?.connections.some((one) => one.id === id));
  const shared = few === undefined ? [] : chosen.filter((id) => few.earlier.has(id));
  return (
    <div class="banner doubt" role="alert">
      <p>
        {few === undefined ? (
          <T>Not shared yet: this page was shared before. Choose below whether to share it there again.</T>
        ) : isOnlyToCome(shared, few.earlier) ? (
          <T>Not shared yet: this page is already scheduled.</T>
        ) : (
          <T>Not shared yet: this page was shared before.</T>
        )}
      </p>
      {shared.length > 0 && (
        <div class="actions">
          <button class="button" type="submit" name="repeat" value={shared.join(" ")} autofocus>
            <T number={shared.length}>
              {"{number, plural, one {Share again to this account} other {Share again to these #}}"}
            </T>
          </button>
          {shared.length < chosen.length && (
            <button class="button" type="submit" name="earlier" value="leave-out">
              <T number={chosen.length - shared.length}>
                {"{number, plural, one {Share only to the other one} other {Share only to the other #}}"}
              </T>
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function isOnlyToCome(shared: readonly string[], earlier: ReadonlyMap<string, EarlierShare>): boolean {
  return shared.every((id) => earlier.get(id)?.status === "scheduled");
}
