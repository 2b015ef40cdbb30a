/** Says that a draft was deleted, and offers it back. */
import { z } from "zod";
import { T } from "../frame/words.tsx";
import { draftPath } from "./drafts-path.ts";

interface DeletedDraftProps {
  /** The id that the address names. */
  readonly id: string | undefined;
  /** It is shown on the share page, to which its answer leads back. */
  readonly isOnPage?: boolean;
}

export function DeletedDraft({ id, isOnPage = false }: DeletedDraftProps) {
  if (!z.uuid().safeParse(id).success || id === undefined) return null;
  return (
    <form class="banner good undo" method="post" action={draftPath(id, "restore")}>
      {isOnPage && <input type="hidden" name="at" value="page" />}
      <p role="status">
        <T>The draft is deleted.</T>
      </p>
      <button class="button small" type="submit">
        <T>Undo</T>
      </button>
    </form>
  );
}
