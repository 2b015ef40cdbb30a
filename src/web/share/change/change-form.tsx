/** Renders the page that changes a scheduled share. */
import type { KnownPage } from "../../../pages/known-page.ts";
import type { ScheduledRequest } from "../../../sharing/requests/scheduled.ts";
import type { DraftProblem } from "../../../sharing/requests/weigh.ts";
import { say, type Told } from "../../../words/words.ts";
import { assetPath } from "../../assets.ts";
import { Banner } from "../../frame/banner.tsx";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { PageLine } from "../cards/page-line.tsx";
import { findPagePicture } from "../cards/page-pictures.ts";
import { PostPreviews } from "../cards/post-previews.tsx";
import { measureWithOffers } from "../measure.ts";
import { renderHashtagChips } from "../message/hashtag-chips.tsx";
import { MessageField, PaneTabs } from "../message/message-field.tsx";
import { OwnMessages, targetsAmong, targetsOf } from "../message/own-messages.tsx";
import { fillOptions, findOptionSets } from "../options/option-sets.ts";
import { OptionsPart } from "../options/options-part.tsx";
import { type AskedPictures, loadPictures } from "../pictures/load-pictures.ts";
import { PicturesPart } from "../pictures/pictures-part.tsx";
import { findPostPictures } from "../pictures/post-pictures.ts";
import { ProblemSummary } from "../problem-summary.tsx";
import { SendBar } from "../send-bar.tsx";
import { isPicker } from "../share-accounts.tsx";
import { type Draft, describePage, PageFields } from "../share-draft.tsx";
import { offerSlots } from "../when/slot-choices.tsx";
import { WhenField } from "../when/when-field.tsx";
import {
  ChangeAccounts,
  editPath,
  expandScheduled,
  findFewToChange,
  loadChangePicker,
  subjectOfChange,
} from "./change-accounts.tsx";

interface ChangeState {
  /** The version that the person started from. */
  readonly version: string;
  /** The accounts connected from this page, where somebody comes back from connecting one. */
  readonly connected?: readonly string[] | undefined;
  /** The form was not sent yet, so that the browser may restore the draft kept in this tab. */
  readonly isNew?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
  /** What was just done with the pictures. */
  readonly asked?: AskedPictures;
}

export async function renderChange(
  c: WebContext,
  request: ScheduledRequest,
  wanted: Draft,
  { version, connected, problems = [], whenProblem, asked, isNew = false }: ChangeState,
) {
  const { person } = c.var;
  const here = editPath(request);
  const subject = subjectOfChange(request, wanted);
  const few = await findFewToChange(c, request);
  const started = few === undefined ? wanted : await expandScheduled(c, request, wanted);
  const listed = few && (await findOptionSets(c, few, started));
  const { fits, draft, offered } = await measureWithOffers(c, subject, fillOptions(started, listed));
  const accounts = few ?? (await loadChangePicker(c, request, draft));
  const sets = listed ?? (await findOptionSets(c, accounts, draft));
  const [known, slots, shown] = await Promise.all([
    describeScheduled(c, request),
    offerSlots(c),
    loadPictures(c, request, draft, asked),
  ]);
  return show(
    c,
    <Layout
      title={say("Change a scheduled share")}
      person={person}
      shape="desk"
      address={here}
      live
      head={<script src={assetPath("compose.js")} defer blocking="render" />}
    >
      <h1>
        <T>Change this scheduled share</T>
      </h1>
      <Banner bad={whenProblem} />
      {problems.length > 0 && (
        <ProblemSummary
          title={say("Not saved yet.")}
          problems={problems}
          written={new Set(Object.keys(draft.ownMessages))}
          sets={sets}
        />
      )}
      <PageLine page={request.page} picture={await findPagePicture(c, request.page)} />
      <form
        class="form share"
        method="post"
        action={here}
        data-draft={isNew ? "new" : "sent"}
        data-mentions={assetPath("mentions.js")}
      >
        <PageFields link={request.page} />
        <input type="hidden" name="tracking" value="keep" />
        <input type="hidden" name="changes" value={request.id} />
        <input type="hidden" name="version" value={version} />
        {/* The form's first button is what Enter presses in a field: it saves nothing. */}
        <button class="unseen" type="submit" formaction={`${here}accounts/`} formnovalidate tabindex={-1}>
          <T>Update</T>
        </button>
        <div class="composer">
          <ChangeAccounts {...{ c, request, accounts, draft, problems, connected }} />
          <PaneTabs shown={draft.pane} />
          <div class="writing">
            <MessageField message={draft.message} fits={fits} isFocused={isNew} />
            <PicturesPart at={`${here}pictures/`} chosen={draft.pictures} shown={shown} />
            {await renderHashtagChips(c, `${here}accounts/`)}
            <OwnMessages
              targets={isPicker(accounts) ? targetsAmong(accounts) : targetsOf(accounts.connections)}
              draft={draft}
              offered={offered}
            />
            <OptionsPart sets={sets} draft={draft} findAt={`${here}accounts/`} />
            <WhenField
              when={draft.when}
              problem={whenProblem}
              now={c.var.runtime.now()}
              zone={person.timeZone}
              slots={slots}
            />
          </div>
        </div>
        <div class="previews">
          <h2 id="previews">
            <T>How it will look</T>
          </h2>
          <PostPreviews
            known={known}
            fits={fits}
            shown={draft.preview}
            pictures={await findPostPictures(c, draft)}
          />
        </div>
        <SendBar accounts={few?.connections.length ?? 0}>
          <a class="button plain" href={`/social/share/${request.id}/`}>
            <T>Discard changes</T>
          </a>
        </SendBar>
      </form>
    </Layout>,
  );
}

/** How long to wait for the site, whose own words only the previews need. */
const WAIT_MS = 300;

/** Returns the page with what it says about itself today, under the title with which it goes out. */
async function describeScheduled(c: WebContext, { page }: ScheduledRequest): Promise<KnownPage> {
  const known = await describePage(c, page, { keepTracking: true, patienceMs: WAIT_MS });
  return { ...known, page: { ...known.page, ...page } };
}
