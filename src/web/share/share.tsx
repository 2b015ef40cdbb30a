/** The page to share a page: what it is, to which accounts, with which words. */
import { z } from "zod";
import { type PageLink, readPageLink, withoutTracking } from "../../pages/page.ts";
import type { KnownPage } from "../../pages/reader.ts";
import { learnTimeZone } from "../../people/preferences.ts";
import { holdBack } from "../../people/sign-in/hold-back.ts";
import { findShare, getShareRequest } from "../../sharing/record/history.ts";
import type { EarlierShare } from "../../sharing/requests/earlier.ts";
import { chooseMoment } from "../../sharing/requests/schedule.ts";
import { type DraftProblem, submitShares } from "../../sharing/requests/submit.ts";
import type { Told, Words } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { ConnectLinks } from "../connections/connect-links.tsx";
import { Banner } from "../frame/banner.tsx";
import { showProblem } from "../frame/errors.tsx";
import { takeFlash } from "../frame/flash.ts";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { readVisitor } from "../guards/visitor.ts";
import { KnownPageCard } from "./cards/known-page-card.tsx";
import { PostPreviews } from "./cards/post-previews.tsx";
import { measureDraft, measureWithOffers, subjectOf } from "./measure.ts";
import { MessageField } from "./message-field.tsx";
import { OwnMessages } from "./own-messages.tsx";
import {
  chooseFirst,
  type FewAccounts,
  findFew,
  findSpeakers,
  loadSharePicker,
  ShareAccounts,
} from "./share-accounts.tsx";
import {
  createDraft,
  type Draft,
  describePage,
  LONGEST_MESSAGE,
  PageFields,
  readDraft,
} from "./share-draft.tsx";
import { sharePath } from "./share-path.ts";
import { TrackingChoice } from "./tracking-choice.tsx";
import { WhenField } from "./when-field.tsx";

/** A page that its site is slow to give is shown as the link describes it, and filled in when it is there. */
const WAIT_MS = 1_500;
/** What is shared should be what the page says: worth a longer wait. */
const SUBMIT_MS = 8_000;

export async function showShare(c: WebContext) {
  const reading = readPageLink(c.req.query());
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const kept = await findRefused(c, c.req.query("of"));
  const draft = { ...createDraft(c.var.person), ...kept };
  const { link } = reading;
  const known = await describePage(c, link, { ...draft, patienceMs: WAIT_MS });
  const few = await findFew(c, subjectOf(known));
  const group = z.uuid().safeParse(c.req.query("group"));
  const chosen = kept ?? (await chooseFirst(c, few, group.data));
  return renderShare(c, {
    ...{ link, known, few },
    draft: { ...draft, ...chosen },
    isNew: kept === undefined,
    good: takeFlash(c),
  });
}

/** What did not go out, to be changed: its words and its account. */
async function findRefused(c: WebContext, id: string | undefined) {
  const { runtime, person } = c.var;
  const share = z.uuid().safeParse(id).success && id ? await findShare(runtime, person, id) : undefined;
  const request = share && (await getShareRequest(runtime, person, share.requestId));
  if (share === undefined || request === undefined) return undefined;
  return { message: share.ownMessage ?? request.message, connectionIds: [share.connection.id] };
}

/** POST: the form as it is, to look for accounts; all of it comes back, or with htmx the part that changes. */
export async function showShareAccounts(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { link } = reading;
  const known = await describePage(c, link, { ...draft, patienceMs: WAIT_MS });
  if (c.req.header("hx-request") === undefined) return renderShare(c, { link, known, draft });
  const subject = subjectOf(known);
  const accounts = await loadSharePicker(c, subject, draft);
  const available = findAvailable(c);
  return show(
    c,
    <>
      <ShareAccounts
        {...{ c, accounts, available, draft }}
        hasPicture={subject.hasPicture}
        here={sharePath(link)}
      />
      <OwnMessages speakers={findSpeakers(accounts, available)} draft={draft} offered={new Set()} isAnew />
    </>,
  );
}

function findAvailable(c: WebContext) {
  return new Set(c.var.runtime.platforms.availablePlatforms().map(({ name }) => name));
}

export async function submitShare(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { link } = reading;
  const known = await describePage(c, link, { ...draft, patienceMs: SUBMIT_MS });
  const { page } = known;
  if (
    [draft.message, ...Object.values(draft.ownMessages), ...Object.values(draft.networkMessages)].some(
      ({ length }) => length > LONGEST_MESSAGE,
    )
  ) {
    c.status(422);
    const problems = [
      { problem: say("Keep the message under {longest, number} characters.", { longest: LONGEST_MESSAGE }) },
    ];
    return renderShare(c, { link, known, draft, problems });
  }
  const moment = draft.when.isLater ? chooseMoment(draft.when, c.var.runtime.now()) : { at: undefined };
  if ("problem" in moment) {
    c.status(422);
    return renderShare(c, { link, known, draft, whenProblem: moment.problem });
  }
  if (moment.at !== undefined) await learnTimeZone(c.var.runtime, c.var.person, draft.when.zone);
  const refusal = await holdBack(c.var.runtime, "share", readVisitor(c), { person: c.var.person });
  if (refusal !== undefined) {
    refuse(c, refusal, 429);
    return renderShare(c, { link, known, draft, problems: [refusal] });
  }
  const submitted = await submitShares(c.var.runtime, c.var.person, { page, ...draft, at: moment.at });
  switch (submitted.outcome) {
    case "submitted":
      return c.redirect(`/social/share/${submitted.requestId}/`, 303);
    case "ask":
      c.status(409);
      return renderShare(c, { link, known, draft, ask: true });
    case "refused":
      c.status(422);
      return renderShare(c, { link, known, draft, problems: submitted.problems });
  }
}

interface ShareState {
  readonly link: PageLink;
  readonly known: KnownPage;
  /** The accounts, where they are few and known already. */
  readonly few?: FewAccounts | undefined;
  readonly draft: Draft;
  /** Nothing was sent yet: what this tab has kept of it is shown again. */
  readonly isNew?: boolean;
  readonly good?: Told | undefined;
  /** Some of it was shared before: asks whether to do it again. */
  readonly ask?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
}

async function renderShare(c: WebContext, state: ShareState) {
  const { link, known, good, ask = false, problems = [], whenProblem } = state;
  const { page } = known;
  const { person } = c.var;
  const subject = subjectOf(known);
  const measuring =
    problems.length > 0
      ? measureWithOffers(c, subject, state.draft)
      : measureDraft(c, subject, state.draft).then((fits) => ({
          ...{ fits, draft: state.draft },
          offered: new Set<string>(),
        }));
  const looking = Promise.resolve(state.few ?? findFew(c, subject));
  const [{ fits, draft, offered }, few] = await Promise.all([measuring, looking]);
  const accounts = few ?? (await loadSharePicker(c, subject, draft));
  const available = findAvailable(c);
  const hasNone = few?.connections.length === 0;
  const here = sharePath(link);
  return show(
    c,
    <Layout
      title={say("Share “{page}”", { page: page.title })}
      person={person}
      shape={hasNone ? "sheet" : "desk"}
      address={here}
      live
    >
      <h1>
        <T>Share this page</T>
      </h1>
      <Banner good={good} bad={whenProblem ?? tellTop(problems, readWords(c))} />
      {ask && (
        <p class="banner doubt" role="alert">
          {few !== undefined && isOnlyToCome(draft.connectionIds, few.earlier) ? (
            <T>Not shared yet: this page is already scheduled. Tick below where to share it anyway.</T>
          ) : (
            <T>Not shared yet: this page was shared before. Tick below where to share it again.</T>
          )}
        </p>
      )}
      <KnownPageCard known={known} here={here} />
      {hasNone ? (
        <div class="empty">
          <h2>
            <T>Connect an account first</T>
          </h2>
          <p>
            <T>You come back to this page afterwards.</T>
          </p>
          <ConnectLinks platforms={[...available]} returnTo={here} />
        </div>
      ) : (
        <form
          class="form share"
          method="post"
          action="/social/share/"
          data-draft={state.isNew ? "new" : "sent"}
        >
          <PageFields link={link} />
          <input type="hidden" name="idempotency_key" value={draft.idempotencyKey} autocomplete="off" />
          <div class="composer">
            <ShareAccounts
              {...{ c, accounts, available, draft, ask, problems, here }}
              hasPicture={subject.hasPicture}
            />
            <details class="more">
              <summary>
                <T>Connect another account</T>
              </summary>
              <ConnectLinks platforms={[...available]} returnTo={here} />
            </details>
            <MessageField message={draft.message} longest={LONGEST_MESSAGE} fits={fits} />
            <OwnMessages speakers={findSpeakers(accounts, available)} draft={draft} offered={offered} />
            {withoutTracking(link.url) !== link.url && <TrackingChoice keep={draft.keepTracking} />}
            <WhenField
              when={draft.when}
              problem={whenProblem}
              isGuess={person.timeZone === undefined && !draft.when.isLater}
            />
            <p class="send">
              <button class="button primary" type="submit">
                <span class="if-now">
                  <T>Share</T>
                </span>
                <span class="if-later">
                  <T>Schedule</T>
                </span>
              </button>
            </p>
          </div>
          <div class="previews">
            <h2 id="previews">
              <T>How it will look</T>
            </h2>
            <PostPreviews known={known} fits={fits} />
          </div>
        </form>
      )}
    </Layout>,
  );
}

function isOnlyToCome(chosen: readonly string[], earlier: ReadonlyMap<string, EarlierShare>): boolean {
  return chosen.every((id) => (earlier.get(id)?.status ?? "scheduled") === "scheduled");
}

/** At the top: what is wrong with the whole, or that something below needs a look. */
function tellTop(problems: readonly DraftProblem[], { t }: Words): Told | undefined {
  if (problems.length === 0) return undefined;
  const whole = problems.filter(({ connectionId }) => connectionId === undefined);
  return whole.map(({ problem }) => t(problem)).join(" ") || say("Not shared yet. Check the accounts below.");
}

function showBadLink(c: WebContext, problem: Told) {
  return showProblem(c, 400, {
    title: say("This share link does not work"),
    problem: say("{problem} Please tell the website that you came from.", {
      problem: readWords(c).t(problem),
    }),
  });
}
