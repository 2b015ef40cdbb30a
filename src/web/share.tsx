/** The page to share a page: what it is, to which accounts, with which words. */
import { z } from "zod";
import { listGroups } from "../connections/groups.ts";
import { type PageLink, readPageLink, withoutTracking } from "../pages/page.ts";
import type { KnownPage } from "../pages/reader.ts";
import { learnTimeZone } from "../people/preferences.ts";
import { type EarlierShare, findEarlierShares } from "../sharing/earlier.ts";
import { findShare, getShareRequest } from "../sharing/history.ts";
import { findLastChoice } from "../sharing/last-choice.ts";
import { chooseMoment } from "../sharing/schedule.ts";
import { type DraftProblem, submitShares } from "../sharing/submit.ts";
import type { Told, Words } from "../words/words.ts";
import { say } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { showProblem } from "./errors.tsx";
import { readWords } from "./language.ts";
import { takeNotice } from "./notice.ts";
import { AccountChoice } from "./parts/account-choice.tsx";
import { GroupChoice } from "./parts/account-groups.tsx";
import { ConnectLinks } from "./parts/connect-links.tsx";
import { Notice } from "./parts/form.tsx";
import { KnownPageCard } from "./parts/known-page-card.tsx";
import { Layout } from "./parts/layout.tsx";
import { MessageField } from "./parts/message-field.tsx";
import { OwnMessages } from "./parts/own-messages.tsx";
import { PostPreviews } from "./parts/post-previews.tsx";
import { WhenField } from "./parts/when-field.tsx";
import { T } from "./parts/words.tsx";
import {
  createDraft,
  type Draft,
  describePage,
  LONGEST_MESSAGE,
  measureDraft,
  measureWithOffers,
  PageFields,
  readDraft,
} from "./share-draft.tsx";
import { sharePath } from "./share-path.ts";
import { show } from "./show.tsx";

/** A page that its site is slow to give is shown as the link describes it, and filled in when it is there. */
const LOOK_MS = 1_500;
/** What is shared should be what the page says: worth a longer wait. */
const SUBMIT_MS = 8_000;

export async function showShare(c: WebContext) {
  const reading = readPageLink(c.req.query());
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { runtime, person } = c.var;
  const kept = await findRefused(c, c.req.query("of"));
  const draft = { ...createDraft(person), ...kept };
  const { link } = reading;
  const known = await describePage(c, link, { ...draft, patienceMs: LOOK_MS });
  const [around, lastChoice] = await Promise.all([lookAround(c, known), findLastChoice(runtime, person)]);
  const asked = around.groups.find(({ id }) => id === c.req.query("group"));
  // Not where the page is already.
  const chosen = (asked?.connectionIds ?? lastChoice).filter((id) => !around.earlier.has(id));
  const connectionIds = kept?.connectionIds ?? chosen;
  return renderShare(c, {
    ...{ link, known, around },
    draft: { ...draft, connectionIds },
    isNew: kept === undefined,
    good: takeNotice(c),
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

export async function submitShare(c: WebContext) {
  const { reading, draft } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { link } = reading;
  const known = await describePage(c, link, { ...draft, patienceMs: SUBMIT_MS });
  const { page } = known;
  if ([draft.message, ...Object.values(draft.ownMessages)].some(({ length }) => length > LONGEST_MESSAGE)) {
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
  readonly around?: Around;
  readonly draft: Draft;
  /** Nothing was sent yet: what this tab has kept of it is shown again. */
  readonly isNew?: boolean;
  readonly good?: Told | undefined;
  /** Some of it was shared before: asks whether to do it again. */
  readonly ask?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
}

type Around = Awaited<ReturnType<typeof lookAround>>;

/** Where the person shared the page before, and their groups of accounts. */
async function lookAround({ var: { runtime, person } }: WebContext, { page }: KnownPage) {
  const [earlier, groups] = await Promise.all([
    findEarlierShares(runtime, person, page),
    listGroups(runtime, person),
  ]);
  return { earlier, groups };
}

async function renderShare(c: WebContext, state: ShareState) {
  const { link, known, good, ask = false, problems = [], whenProblem } = state;
  const { page } = known;
  const { runtime, person } = c.var;
  const { connections, available, fits, draft, offered } =
    problems.length > 0
      ? await measureWithOffers(c, page, state.draft)
      : { ...(await measureDraft(c, page, state.draft)), draft: state.draft, offered: new Set<string>() };
  const { earlier, groups } = state.around ?? (await lookAround(c, known));
  const here = sharePath(link);
  return show(
    c,
    <Layout
      title={say("Share “{page}”", { page: page.title })}
      person={person}
      shape={connections.length === 0 ? "sheet" : "desk"}
      address={here}
      live
    >
      <h1>
        <T>Share this page</T>
      </h1>
      <Notice good={good} bad={whenProblem ?? tellTop(problems, readWords(c))} />
      {ask && (
        <p class="notice doubt" role="alert">
          {isOnlyToCome(draft.connectionIds, earlier) ? (
            <T>Not shared yet: this page is scheduled already. Say below where to share it all the same.</T>
          ) : (
            <T>Not shared yet: this page was shared before. Say below where to share it again.</T>
          )}
        </p>
      )}
      <KnownPageCard known={known} here={here} />
      {connections.length === 0 ? (
        <div class="empty">
          <h2>
            <T>Connect an account first</T>
          </h2>
          <p>
            <T>You come straight back here.</T>
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
            <GroupChoice groups={groups} here={here} />
            <AccountChoice
              connections={connections}
              available={available}
              chosen={draft.connectionIds}
              earlier={earlier}
              repeat={{ ask, confirmed: draft.repeat }}
              problems={problems}
              hasPicture={page.image !== undefined || known.problem === "late"}
              now={runtime.now()}
              zone={person.timeZone}
              here={here}
              prices={runtime.settings.current().postPrices ?? {}}
            />
            <details class="more">
              <summary>
                <T>Connect another account</T>
              </summary>
              <ConnectLinks platforms={[...available]} returnTo={here} />
            </details>
            <MessageField message={draft.message} longest={LONGEST_MESSAGE} fits={fits} />
            <OwnMessages
              connections={connections.filter(({ platform }) => available.has(platform))}
              draft={draft}
              offered={offered}
            />
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

function TrackingChoice({ keep }: { keep: boolean }) {
  return (
    <label class="tracking">
      <input type="checkbox" name="tracking" value="keep" checked={keep} />
      <span>
        <T>Keep the link’s tracking</T>
        <small>
          <T>
            It carries parameters that tell its site where readers come from. They are left out otherwise.
          </T>
        </small>
      </span>
    </label>
  );
}

/** At the top: what is wrong with the whole, or that something below needs a look. */
function tellTop(problems: readonly DraftProblem[], { t }: Words): Told | undefined {
  if (problems.length === 0) return undefined;
  const whole = problems.filter(({ connectionId }) => connectionId === undefined);
  return (
    whole.map(({ problem }) => t(problem)).join(" ") || say("Not shared yet: look at the accounts below.")
  );
}

function showBadLink(c: WebContext, problem: Told) {
  return showProblem(c, 400, {
    title: say("This share link does not work"),
    problem: say("{problem} Tell the site that it came from.", { problem: readWords(c).t(problem) }),
  });
}
