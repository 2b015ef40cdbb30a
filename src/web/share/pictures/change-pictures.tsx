/** Adds and removes pictures of a scheduled share that is being changed. */
import { areAttached } from "../../../sharing/pictures/choice.ts";
import { showNotFound } from "../../frame/errors.tsx";
import { show } from "../../frame/show.tsx";
import type { WebContext } from "../../guards/context.ts";
import { findToChange, readVersion } from "../change/change.tsx";
import { editPath, findFewToChange, loadChangePicker } from "../change/change-accounts.tsx";
import { renderChange } from "../change/change-form.tsx";
import { findOptionSets } from "../options/option-sets.ts";
import { OptionsPart } from "../options/options-part.tsx";
import { readDraft } from "../share-draft.tsx";
import { addPictures } from "./add-pictures.ts";
import { loadPictures } from "./load-pictures.ts";
import { findPageChoices } from "./page-choices.ts";
import { PicturesPart } from "./pictures-part.tsx";

/** POST /social/share/:requestId/edit/pictures/: answers with the page, or its changed parts for a script. */
export async function showChangePictures(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  const { draft: sent } = await readDraft(c);
  const { draft, ...asked } = await addPictures(c, sent, await findPageChoices(c, request));
  if (asked.problems.length > 0) c.status(422);
  if (c.req.header("hx-request") === undefined)
    return renderChange(c, request, draft, { version: await readVersion(c), asked });
  const accounts = (await findFewToChange(c, request)) ?? (await loadChangePicker(c, request, draft));
  const here = editPath(request);
  return show(
    c,
    <>
      <PicturesPart
        at={`${here}pictures/`}
        chosen={draft.pictures}
        shown={await loadPictures(c, request, draft, asked)}
      />
      {areAttached(draft.pictures) !== areAttached(sent.pictures) && (
        <OptionsPart
          sets={await findOptionSets(c, accounts, draft)}
          draft={draft}
          findAt={`${here}accounts/`}
        />
      )}
    </>,
  );
}
