/** Renders the share page: the page to share, the accounts, the message and the post previews. */
import type { KnownPage } from "../../pages/known-page.ts";
import { type PageLink, withoutTracking } from "../../pages/page.ts";
import type { EarlierShare } from "../../sharing/requests/earlier.ts";
import type { DraftProblem } from "../../sharing/requests/weigh.ts";
import type { Told, Words } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { ConnectLinks } from "../connections/connect-links.tsx";
import { Banner } from "../frame/banner.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { KnownPageCard } from "./cards/known-page-card.tsx";
import { PostPreviews } from "./cards/post-previews.tsx";
import { measureDraft, measureWithOffers, subjectOf } from "./measure.ts";
import { MessageField } from "./message-field.tsx";
import { OwnMessages } from "./own-messages.tsx";
import {
  type FewAccounts,
  findFew,
  findMessageTargets,
  loadSharePicker,
  ShareAccounts,
} from "./share-accounts.tsx";
import { type Draft, PageFields } from "./share-draft.tsx";
import { sharePath } from "./share-path.ts";
import { offerSlots } from "./slot-choices.tsx";
import { TrackingChoice } from "./tracking-choice.tsx";
import { WhenField } from "./when-field.tsx";

interface ShareState {
  readonly link: PageLink;
  readonly known: KnownPage;
  /** Set where the person has few accounts and they are loaded already. */
  readonly few?: FewAccounts | undefined;
  readonly draft: Draft;
  /** The form was not sent yet, so that the browser may restore the draft kept in this tab. */
  readonly isNew?: boolean;
  readonly good?: Told | undefined;
  /** The page was shared to some of the accounts before: ask whether to share it again. */
  readonly ask?: boolean;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
}

export async function renderShare(c: WebContext, state: ShareState) {
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
  const [{ fits, draft, offered }, few, slots] = await Promise.all([measuring, looking, offerSlots(c)]);
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
      <Banner good={good} bad={whenProblem ?? summariseProblems(problems, readWords(c))} />
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
            <MessageField message={draft.message} fits={fits} />
            <OwnMessages targets={findMessageTargets(accounts, available)} draft={draft} offered={offered} />
            {withoutTracking(link.url) !== link.url && <TrackingChoice keep={draft.keepTracking} />}
            <WhenField
              when={draft.when}
              problem={whenProblem}
              slots={slots}
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

/** Returns the text for the top of the page: problems of the whole draft, else a pointer to the accounts below. */
function summariseProblems(problems: readonly DraftProblem[], { t }: Words): Told | string | undefined {
  if (problems.length === 0) return undefined;
  const whole = problems.filter(({ connectionId }) => connectionId === undefined);
  return whole.map(({ problem }) => t(problem)).join(" ") || say("Not shared yet. Check the accounts below.");
}

export function findAvailable(c: WebContext) {
  return new Set(c.var.runtime.platforms.availablePlatforms().map(({ name }) => name));
}
