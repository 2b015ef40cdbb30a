/** The person's hashtag sets beside the message: each puts its tags there, with or without JavaScript. */
import { z } from "zod";
import { addTags, listHashtagSets } from "../../../sharing/templates/hashtag-sets.ts";
import { assetPath } from "../../assets.ts";
import { useWords } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";

/** Renders nothing for people without sets. @param findAt where the form is sent to be shown again */
export async function renderHashtagChips({ var: { runtime, person } }: WebContext, findAt: string) {
  const sets = await listHashtagSets(runtime, person);
  return sets.length === 0 ? null : <HashtagChips sets={sets} findAt={findAt} />;
}

interface HashtagChipsProps {
  readonly sets: Awaited<ReturnType<typeof listHashtagSets>>;
  readonly findAt: string;
}

function HashtagChips({ sets, findAt }: HashtagChipsProps) {
  const { t } = useWords();
  return (
    <fieldset class="actions" aria-label={t("Add hashtags")}>
      {sets.map(({ id, name, tags }) => (
        <button
          class="chip"
          type="submit"
          name="insert"
          value={id}
          formaction={findAt}
          formnovalidate
          title={tags}
          data-tags={tags}
        >
          # {name}
        </button>
      ))}
      <script src={assetPath("hashtags.js")} type="module" />
    </fieldset>
  );
}

const insertShape = z.object({ insert: z.uuid().optional().catch(undefined) });

/** Returns the draft with the tags of the set whose button was pressed without JavaScript. */
export async function insertHashtags<Written extends { readonly message: string }>(
  c: WebContext,
  draft: Written,
): Promise<Written> {
  const { insert } = insertShape.parse(await c.req.parseBody());
  const { runtime, person } = c.var;
  const sets = insert === undefined ? [] : await listHashtagSets(runtime, person);
  const set = sets.find(({ id }) => id === insert);
  return set === undefined ? draft : { ...draft, message: addTags(draft.message, set.tags) };
}
