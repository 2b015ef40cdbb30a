/** Offers, above the form of a page, what the person wrote about it before and has not shared. */
import { type KeptDraft, writtenWords } from "../../sharing/drafts/draft.ts";
import { Clock } from "../frame/time.tsx";
import { T } from "../frame/words.tsx";
import { continuePath } from "./continue-draft.ts";
import { DeletedDraft } from "./deleted-draft.tsx";
import { draftPath } from "./drafts-path.ts";

/** More of the words is not needed to know them again. */
const FIRST_WORDS = 60;

interface EarlierDraftsProps {
  readonly drafts: readonly KeptDraft[];
  /** The id of the one that was just deleted. */
  readonly deleted: string | undefined;
  readonly now: Date;
  readonly zone: string | undefined;
}

export function EarlierDrafts({ drafts, deleted, now, zone }: EarlierDraftsProps) {
  return (
    <>
      <DeletedDraft id={deleted} isOnPage />
      {drafts.map((draft) => (
        <div class="earlier-draft" data-draft-of={`${draft.id} ${draft.revision}`}>
          <p class="one-line" dir="auto">
            <T words={firstWords(draft)} time={<Clock at={draft.updatedAt} now={now} zone={zone} />}>
              {"Draft from {time}: “{words}”"}
            </T>
          </p>
          <a class="button small" href={continuePath(draft)}>
            <T>Continue writing</T>
          </a>
          <form method="post" action={draftPath(draft.id, "delete")}>
            <input type="hidden" name="at" value="page" />
            <button class="button small plain" type="submit">
              <T>Discard</T>
            </button>
          </form>
        </div>
      ))}
    </>
  );
}

function firstWords({ fields }: KeptDraft): string {
  const words = writtenWords(fields);
  return words.length > FIRST_WORDS ? `${words.slice(0, FIRST_WORDS).trimEnd()}…` : words;
}
