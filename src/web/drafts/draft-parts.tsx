/** What the share form needs for its draft. */
import type { DraftStand } from "../../sharing/drafts/draft.ts";
import { T } from "../frame/words.tsx";
import { STAND, writeStand } from "./draft-fields.ts";
import { DRAFTS } from "./drafts-path.ts";

/** Says which draft the form continues. A form without one starts a draft under its own key. */
export function StandField({ stand }: { readonly stand: DraftStand | undefined }) {
  return stand === undefined ? null : (
    <input type="hidden" name={STAND} value={writeStand(stand)} autocomplete="off" />
  );
}

/** Keeps the draft where no script does. */
export function SaveDraft() {
  return (
    <noscript>
      <button class="button" type="submit" formaction={DRAFTS} formnovalidate>
        <T>Save draft</T>
      </button>
    </noscript>
  );
}
