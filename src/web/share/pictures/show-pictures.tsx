/** Adds and removes pictures of the share page’s form. */
import { areAttached } from "../../../sharing/pictures/choice.ts";
import { showBadLink } from "../../begin/new-share.tsx";
import { show } from "../../frame/show.tsx";
import type { WebContext } from "../../guards/context.ts";
import { subjectOf } from "../measure.ts";
import { findOptionSets } from "../options/option-sets.ts";
import { OptionsPart } from "../options/options-part.tsx";
import { findFew, loadSharePicker, SHARE_FIND, ShareAccounts } from "../share-accounts.tsx";
import { describePage, readDraft } from "../share-draft.tsx";
import { findAvailable, renderShare } from "../share-form.tsx";
import { sharePath } from "../share-path.ts";
import { addPictures } from "./add-pictures.ts";
import { loadPictures } from "./load-pictures.ts";
import { findPageChoices } from "./page-choices.ts";
import { PicturesPart, SHARE_PICTURES } from "./pictures-part.tsx";

const PATIENCE_MS = 1_500;

/** POST /social/share/pictures/: adds or removes pictures of the form as it is. Answers with the page, or its changed parts for a script. */
export async function showPictures(c: WebContext) {
  const { reading, draft: sent } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { link } = reading;
  const known = await describePage(c, link, { ...sent, patienceMs: PATIENCE_MS });
  const { draft, ...asked } = await addPictures(c, sent, await findPageChoices(c, known));
  if (asked.problems.length > 0) c.status(422);
  if (c.req.header("hx-request") === undefined) return renderShare(c, { link, known, draft, asked });
  const subject = subjectOf(known, draft);
  const few = await findFew(c, subject);
  const accounts = few ?? (await loadSharePicker(c, subject, draft));
  const wasUsable = subjectOf(known, sent).hasPicture === subject.hasPicture;
  return show(
    c,
    <>
      <PicturesPart
        at={SHARE_PICTURES}
        chosen={draft.pictures}
        shown={await loadPictures(c, known, draft, asked)}
      />
      {areAttached(draft.pictures) !== areAttached(sent.pictures) && (
        <OptionsPart sets={await findOptionSets(c, accounts, draft)} draft={draft} findAt={SHARE_FIND} />
      )}
      {few !== undefined && !wasUsable && (
        <ShareAccounts
          {...{ c, accounts, draft, available: findAvailable(c), hasPicture: subject.hasPicture }}
          here={sharePath(link)}
        />
      )}
    </>,
  );
}
