/** Changing a scheduled share: its message, its accounts, its time. */

import { learnTimeZone } from "../people/preferences.ts";
import { changeScheduled } from "../sharing/change.ts";
import { chooseMoment, showWall } from "../sharing/schedule.ts";
import type { ShareRequest } from "../sharing/share.ts";
import type { DraftProblem } from "../sharing/submit.ts";
import { say, type Told } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { showNotFound } from "./errors.tsx";
import { AccountChoice } from "./parts/account-choice.tsx";
import { Notice } from "./parts/form.tsx";
import { Layout } from "./parts/layout.tsx";
import { MessageField } from "./parts/message-field.tsx";
import { OwnMessages } from "./parts/own-messages.tsx";
import { findPreview, PageCard } from "./parts/page-card.tsx";
import { WhenTime } from "./parts/when-field.tsx";
import { T } from "./parts/words.tsx";
import { type Draft, LONGEST_MESSAGE, measureWithOffers, PageFields, readDraft } from "./share-draft.tsx";
import { findRequest, renderShareResult } from "./share-result.tsx";
import { show } from "./show.tsx";

export async function showChange(c: WebContext) {
  const request = await findRequest(c, c.req.param("requestId"));
  if (request === undefined) return showNotFound(c);
  if (!request.shares.some(({ status }) => status === "scheduled")) return tellTooLate(c, request);
  const zone = c.var.person.timeZone ?? "UTC";
  const at = request.scheduledAt === undefined ? "" : showWall(request.scheduledAt, zone);
  const chosen = request.shares.filter(({ status }) => status === "scheduled");
  const draft: Draft = {
    message: request.message,
    ownMessages: Object.fromEntries(
      chosen.flatMap(({ connection, ownMessage }) =>
        ownMessage === undefined ? [] : [[connection.id, ownMessage]],
      ),
    ),
    connectionIds: chosen.map(({ connection }) => connection.id),
    repeat: [],
    idempotencyKey: request.id,
    when: { isLater: true, at, zone },
    keepTracking: true,
  };
  return renderChange(c, request, draft, { isNew: true });
}

export async function submitChange(c: WebContext) {
  const request = await findRequest(c, c.req.param("requestId"));
  if (request === undefined) return showNotFound(c);
  const { runtime, person } = c.var;
  const { draft } = await readDraft(c);
  const moment = chooseMoment(draft.when, runtime.now());
  if ("problem" in moment) {
    c.status(422);
    return renderChange(c, request, draft, { whenProblem: moment.problem });
  }
  await learnTimeZone(runtime, person, draft.when.zone);
  const { message, ownMessages, connectionIds } = draft;
  const changed = await changeScheduled(runtime, person, request.id, {
    message,
    ownMessages,
    connectionIds,
    at: moment.at,
  });
  switch (changed.outcome) {
    case "changed":
      return c.redirect(`/social/share/${request.id}/`, 303);
    case "refused":
      c.status(422);
      return renderChange(c, request, draft, { problems: changed.problems });
    case "too-late":
      return tellTooLate(c, request, [message, ...Object.values(ownMessages)].filter(Boolean).join("\n\n"));
    case "not-found":
      return showNotFound(c);
  }
}

/** @param written what would be lost with the page */
function tellTooLate(c: WebContext, request: ShareRequest, written = "") {
  c.status(409);
  const isCancelled = request.shares.every(({ status }) => status === "cancelled");
  const bad = isCancelled
    ? say("It was cancelled, and can no longer be changed.")
    : say("It has started, and can no longer be changed.");
  return renderShareResult(c, request, { bad, written });
}

interface ChangeState {
  /** Nothing was sent yet: what this tab has kept of it is shown again. */
  readonly isNew?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
}

async function renderChange(
  c: WebContext,
  request: ShareRequest,
  wanted: Draft,
  { problems = [], whenProblem, isNew = false }: ChangeState,
) {
  const { runtime, person } = c.var;
  const here = `/social/share/${request.id}/edit/`;
  const { connections, available, fits, draft, offered } = await measureWithOffers(c, request.page, wanted);
  const whole = problems.filter(({ connectionId }) => connectionId === undefined);
  const bad = problems.length > 0 ? say("Not changed yet: look at the accounts below.") : undefined;
  return show(
    c,
    <Layout title={say("Change a scheduled share")} person={person} shape="sheet" address={here} live>
      <h1>
        <T>Change what is scheduled</T>
      </h1>
      <Notice bad={whenProblem ?? whole[0]?.problem ?? bad} />
      <PageCard page={request.page} preview={await findPreview(c, request.page)} />
      <form class="form share" method="post" action={here} data-draft={isNew ? "new" : "sent"}>
        <PageFields link={request.page} />
        <input type="hidden" name="tracking" value="keep" />
        <AccountChoice
          connections={connections}
          available={available}
          chosen={draft.connectionIds}
          earlier={new Map()}
          repeat={{ ask: false, confirmed: [] }}
          problems={problems}
          hasPicture={request.page.image !== undefined}
          now={runtime.now()}
          zone={person.timeZone}
          waiting={request.shares
            .filter(({ status }) => status === "scheduled")
            .map(({ connection }) => connection.id)}
          here={here}
          prices={runtime.settings.current().postPrices ?? {}}
        />
        <MessageField message={draft.message} longest={LONGEST_MESSAGE} fits={fits} />
        <OwnMessages connections={connections} draft={draft} offered={offered} />
        <fieldset class="when">
          <legend>
            <T>When</T>
          </legend>
          <WhenTime when={draft.when} problem={whenProblem} isGuess={false} isFolded={false} />
        </fieldset>
        <div class="actions">
          <button class="button primary" type="submit">
            <T>Change</T>
          </button>
          <a class="button" href={`/social/share/${request.id}/`}>
            <T>Leave it</T>
          </a>
        </div>
      </form>
    </Layout>,
  );
}
