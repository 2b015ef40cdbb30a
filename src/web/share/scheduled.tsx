/** Changing a scheduled share: its message, its accounts, its time. */
import { z } from "zod";
import { learnTimeZone } from "../../people/preferences.ts";
import { summariseRequest } from "../../sharing/record/request-shares.ts";
import { changeScheduled, versionOf } from "../../sharing/requests/change.ts";
import { chooseMoment, showWall } from "../../sharing/requests/schedule.ts";
import { findOwnWords, findScheduled, type ScheduledRequest } from "../../sharing/requests/scheduled.ts";
import type { DraftProblem } from "../../sharing/requests/submit.ts";
import { say, type Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { showNotFound } from "../frame/errors.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { PageCard } from "./cards/page-card.tsx";
import { findPagePicture } from "./cards/page-pictures.ts";
import { measureWithOffers } from "./measure.ts";
import { MessageField } from "./message-field.tsx";
import { OwnMessages, speakersAmong, speakersOf } from "./own-messages.tsx";
import { renderShareResult } from "./result/share-result.tsx";
import {
  ChangeAccounts,
  editPath,
  findFewToChange,
  loadChangePicker,
  nameSingly,
  subjectOfChange,
} from "./scheduled-accounts.tsx";
import { isPicker } from "./share-accounts.tsx";
import { createDraft, type Draft, LONGEST_MESSAGE, PageFields, readDraft } from "./share-draft.tsx";
import { WhenTime } from "./when-field.tsx";

const seenShape = z.object({ seen: z.string().catch("") });

export async function showChange(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  if (!request.isChangeable) return tellTooLate(c, request);
  const zone = c.var.person.timeZone ?? "UTC";
  const at = request.scheduledAt === undefined ? "" : showWall(request.scheduledAt, zone);
  const draft: Draft = {
    ...createDraft(c.var.person),
    message: request.message,
    ...(await findOwnWords(c.var.runtime, request.id)),
    requestIds: [request.id],
    idempotencyKey: request.id,
    when: { isLater: true, at, zone },
    keepTracking: true,
  };
  const seen = await versionOf(c.var.runtime, request.id);
  return renderChange(c, request, draft, { seen, isNew: true });
}

/** POST: the form as it is, to look for accounts; all of it comes back, or with htmx the part that changes. */
export async function showChangeAccounts(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  const { draft } = await readDraft(c);
  if (c.req.header("hx-request") === undefined)
    return renderChange(c, request, draft, { seen: await readSeen(c) });
  const accounts = await loadChangePicker(c, request, draft);
  return show(
    c,
    <>
      <ChangeAccounts c={c} request={request} accounts={accounts} draft={draft} />
      <OwnMessages speakers={speakersAmong(accounts)} draft={draft} offered={new Set()} isAnew />
    </>,
  );
}

export async function submitChange(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  const { runtime, person } = c.var;
  const { draft } = await readDraft(c);
  const seen = await readSeen(c);
  const moment = chooseMoment(draft.when, runtime.now());
  if ("problem" in moment) {
    c.status(422);
    return renderChange(c, request, draft, { seen, whenProblem: moment.problem });
  }
  await learnTimeZone(runtime, person, draft.when.zone);
  const { message, ownMessages, networkMessages } = draft;
  const changed = await changeScheduled(runtime, person, request.id, { ...draft, seen, at: moment.at });
  const written = [message, ...Object.values(networkMessages), ...Object.values(ownMessages)]
    .filter(Boolean)
    .join("\n\n");
  switch (changed.outcome) {
    case "changed":
      return c.redirect(`/social/share/${request.id}/`, 303);
    case "refused":
      c.status(422);
      return renderChange(c, request, draft, { seen, problems: changed.problems });
    case "too-late":
      return tellTooLate(c, request, written);
    case "outdated":
      return tellOutdated(c, request, written);
    case "not-found":
      return showNotFound(c);
  }
}

async function findToChange(c: WebContext): Promise<ScheduledRequest | undefined> {
  const id = z.uuid().safeParse(c.req.param("requestId"));
  return id.success ? await findScheduled(c.var.runtime, c.var.person, id.data) : undefined;
}

/** The version that the person saw first, which the form holds. */
async function readSeen(c: WebContext): Promise<string> {
  return seenShape.parse(await c.req.parseBody()).seen;
}

/** @param written what would be lost with the page */
async function tellTooLate(c: WebContext, { id }: ScheduledRequest, written = "") {
  const request = await summariseRequest(c.var.runtime, c.var.person, id);
  if (request === undefined) return showNotFound(c);
  c.status(409);
  const isCancelled = request.tally.counts.cancelled === request.tally.total;
  const bad = isCancelled
    ? say("This share was cancelled, so it can no longer be changed.")
    : say("Sharing has started, so it can no longer be changed.");
  return renderShareResult(c, request, { bad, written });
}

/** Another tab was faster. */
async function tellOutdated(c: WebContext, request: ScheduledRequest, written: string) {
  c.status(409);
  const bad = say(
    "Your change was not saved, because this share was changed or partly cancelled elsewhere in the meantime. This is its current state.",
  );
  return renderShareResult(c, request, { bad, written });
}

interface ChangeState {
  /** What the person changes: the version that they saw first. */
  readonly seen: string;
  /** Nothing was sent yet: what this tab has kept of it is shown again. */
  readonly isNew?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
}

async function renderChange(
  c: WebContext,
  request: ScheduledRequest,
  wanted: Draft,
  { seen, problems = [], whenProblem, isNew = false }: ChangeState,
) {
  const { person } = c.var;
  const here = editPath(request);
  const subject = subjectOfChange(request);
  const few = await findFewToChange(c, request);
  const started = few === undefined ? wanted : await nameSingly(c, request, wanted);
  const { fits, draft, offered } = await measureWithOffers(c, subject, started);
  const accounts = few ?? (await loadChangePicker(c, request, draft));
  const whole = problems.filter(({ connectionId }) => connectionId === undefined);
  const bad = problems.length > 0 ? say("Not saved yet. Check the accounts below.") : undefined;
  return show(
    c,
    <Layout title={say("Change a scheduled share")} person={person} shape="sheet" address={here} live>
      <h1>
        <T>Change this scheduled share</T>
      </h1>
      <Banner bad={whenProblem ?? whole[0]?.problem ?? bad} />
      <PageCard page={request.page} picture={await findPagePicture(c, request.page)} />
      <form class="form share" method="post" action={here} data-draft={isNew ? "new" : "sent"}>
        <PageFields link={request.page} />
        <input type="hidden" name="tracking" value="keep" />
        <input type="hidden" name="seen" value={seen} />
        <ChangeAccounts {...{ c, request, accounts, draft, problems }} />
        <MessageField message={draft.message} longest={LONGEST_MESSAGE} fits={fits} />
        <OwnMessages
          speakers={isPicker(accounts) ? speakersAmong(accounts) : speakersOf(accounts.connections)}
          draft={draft}
          offered={offered}
        />
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
            <T>Discard changes</T>
          </a>
        </div>
      </form>
    </Layout>,
  );
}
