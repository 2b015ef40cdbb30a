/** Renders the page that changes a scheduled share. */
import type { ScheduledRequest } from "../../../sharing/requests/scheduled.ts";
import type { DraftProblem } from "../../../sharing/requests/weigh.ts";
import { say, type Told } from "../../../words/words.ts";
import { assetPath } from "../../assets.ts";
import { Banner } from "../../frame/banner.tsx";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { PageCard } from "../cards/page-card.tsx";
import { findPagePicture } from "../cards/page-pictures.ts";
import { measureWithOffers } from "../measure.ts";
import { renderHashtagChips } from "../message/hashtag-chips.tsx";
import { MessageField } from "../message/message-field.tsx";
import { OwnMessages, targetsAmong, targetsOf } from "../message/own-messages.tsx";
import { fillOptions, findOptionSets } from "../options/option-sets.ts";
import { OptionsPart } from "../options/options-part.tsx";
import { ProblemSummary } from "../problem-summary.tsx";
import { isPicker } from "../share-accounts.tsx";
import { type Draft, PageFields } from "../share-draft.tsx";
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
  readonly seen: string;
  /** The form was not sent yet, so that the browser may restore the draft kept in this tab. */
  readonly isNew?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
}

export async function renderChange(
  c: WebContext,
  request: ScheduledRequest,
  wanted: Draft,
  { seen, problems = [], whenProblem, isNew = false }: ChangeState,
) {
  const { person } = c.var;
  const here = editPath(request);
  const subject = subjectOfChange(request);
  const few = await findFewToChange(c, request);
  const started = few === undefined ? wanted : await expandScheduled(c, request, wanted);
  const listed = few && (await findOptionSets(c, few, started));
  const { fits, draft, offered } = await measureWithOffers(c, subject, fillOptions(started, listed));
  const accounts = few ?? (await loadChangePicker(c, request, draft));
  const sets = listed ?? (await findOptionSets(c, accounts, draft));
  const slots = await offerSlots(c);
  return show(
    c,
    <Layout
      title={say("Change a scheduled share")}
      person={person}
      shape="sheet"
      address={here}
      live
      head={<script src={assetPath("mentions.js")} type="module" />}
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
      <PageCard page={request.page} picture={await findPagePicture(c, request.page)} />
      <form class="form share" method="post" action={here} data-draft={isNew ? "new" : "sent"}>
        <PageFields link={request.page} />
        <input type="hidden" name="tracking" value="keep" />
        <input type="hidden" name="seen" value={seen} />
        <ChangeAccounts {...{ c, request, accounts, draft, problems }} />
        <MessageField message={draft.message} fits={fits} />
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
        <div class="actions">
          <button class="button primary" type="submit">
            <span class="if-now">
              <T>Share now</T>
            </span>
            <span class="if-later">
              <T>Change</T>
            </span>
          </button>
          <a class="button" href={`/social/share/${request.id}/`}>
            <T>Discard changes</T>
          </a>
        </div>
      </form>
    </Layout>,
  );
}
