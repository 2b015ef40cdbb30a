/** Renders the share page: the page to share, the accounts, the message and the post previews. */
import type { KnownPage } from "../../pages/known-page.ts";
import { type PageLink, withoutTracking } from "../../pages/page.ts";
import type { KeptDraft } from "../../sharing/drafts/draft.ts";
import type { DraftProblem } from "../../sharing/requests/weigh.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { ConnectLinks, listConnectOptions } from "../connections/connect-links.tsx";
import { returnWith } from "../connections/connect-path.ts";
import { SaveDraft, StandField } from "../drafts/draft-parts.tsx";
import { EarlierDrafts } from "../drafts/earlier-drafts.tsx";
import { Banner } from "../frame/banner.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { AskAgain } from "./ask-again.tsx";
import { KnownPageCard } from "./cards/known-page-card.tsx";
import { PostPreviews } from "./cards/post-previews.tsx";
import { measureDraft, measureWithOffers, subjectOf } from "./measure.ts";
import { renderHashtagChips } from "./message/hashtag-chips.tsx";
import { MessageField, PaneTabs } from "./message/message-field.tsx";
import { OwnMessages } from "./message/own-messages.tsx";
import { fillOptions, findOptionSets, isRefused } from "./options/option-sets.ts";
import { OptionsPart } from "./options/options-part.tsx";
import { guessLanguage } from "./options/page-language.ts";
import { type AskedPictures, loadPictures } from "./pictures/load-pictures.ts";
import { PicturesPart, SHARE_PICTURES } from "./pictures/pictures-part.tsx";
import { findPostPictures } from "./pictures/post-pictures.ts";
import { ProblemSummary } from "./problem-summary.tsx";
import { mergeProblems } from "./problems.ts";
import { SendBar } from "./send-bar.tsx";
import {
  type FewAccounts,
  findFew,
  findMessageTargets,
  loadSharePicker,
  SHARE_FIND,
  ShareAccounts,
} from "./share-accounts.tsx";
import { type Draft, PageFields } from "./share-draft.tsx";
import { sharePath } from "./share-path.ts";
import { TrackingChoice } from "./tracking-choice.tsx";
import { offerSlots } from "./when/slot-choices.tsx";
import { WhenField } from "./when/when-field.tsx";

interface ShareState {
  readonly link: PageLink;
  readonly known: KnownPage;
  /** Set where the person has few accounts and they are loaded already. */
  readonly few?: FewAccounts | undefined;
  readonly draft: Draft;
  /** The form was not sent yet, so that the browser may restore the draft kept in this tab. */
  readonly isNew?: boolean;
  /** What the person wrote about the page before. */
  readonly earlier?: readonly KeptDraft[];
  readonly good?: Told | undefined;
  /** The accounts connected from this page, where somebody comes back from connecting one. */
  readonly connected?: readonly string[] | undefined;
  /** The page was shared to some of the accounts before: ask whether to share it again. */
  readonly ask?: boolean;
  /** The request that this form was submitted as before, with other content. */
  readonly used?: string;
  readonly problems?: readonly DraftProblem[];
  readonly whenProblem?: Told;
  /** What was just done with the pictures. */
  readonly asked?: AskedPictures;
}

export async function renderShare(c: WebContext, state: ShareState) {
  const { link, known, good, ask = false, problems = [], whenProblem } = state;
  const { page } = known;
  const { person } = c.var;
  const { t } = readWords(c);
  const subject = subjectOf(known, state.draft);
  const few = state.few ?? (await findFew(c, subject));
  const guess = guessLanguage(known);
  const listed = few && (await findOptionSets(c, few, state.draft, guess));
  const filled = fillOptions(state.draft, listed);
  const measuring =
    problems.length > 0
      ? measureWithOffers(c, subject, filled)
      : measureDraft(c, subject, filled).then((fits) => ({
          ...{ fits, draft: filled },
          offered: new Set<string>(),
        }));
  const [{ fits, draft, offered }, slots] = await Promise.all([measuring, offerSlots(c)]);
  const accounts = few ?? (await loadSharePicker(c, subject, draft));
  const sets = listed ?? (await findOptionSets(c, accounts, draft, guess));
  const shown = await loadPictures(c, known, draft, state.asked);
  const available = findAvailable(c);
  const hasNone = few?.connections.length === 0;
  const here = sharePath(link);
  const back = returnWith(here, state.connected ?? []);
  return show(
    c,
    <Layout
      title={
        problems.length > 0 || whenProblem !== undefined || ask
          ? say("Not shared yet: “{page}”", { page: page.title })
          : say("Share “{page}”", { page: page.title })
      }
      person={person}
      shape={hasNone ? "sheet" : "desk"}
      address={here}
      live
      head={<script src={assetPath("compose.js")} defer blocking="render" />}
    >
      <h1>
        <T>Share this page</T>
      </h1>
      <Banner good={good} bad={whenProblem} />
      {problems.length > 0 && (
        <ProblemSummary
          title={say("Not shared yet.")}
          problems={few === undefined ? summarise(problems) : problems}
          written={new Set(Object.keys(draft.ownMessages))}
          sets={sets}
        />
      )}
      {state.used !== undefined && <UsedForm requestId={state.used} />}
      <KnownPageCard known={known} here={here} />
      <EarlierDrafts
        drafts={state.earlier ?? []}
        deleted={c.req.query("deleted")}
        now={c.var.runtime.now()}
        zone={person.timeZone}
      />
      {hasNone ? (
        <div class="empty">
          <h2>
            <T>Connect an account first</T>
          </h2>
          <p>
            <T>You come back to this page afterwards.</T>
          </p>
          <ConnectLinks options={listConnectOptions(c.var.runtime.platforms)} returnTo={back} />
        </div>
      ) : (
        <form
          class="form share"
          method="post"
          action="/social/share/"
          data-draft={state.isNew ? "new" : "sent"}
          data-keep={assetPath("keep-draft.js")}
          data-unkept={t("Not saved on the server yet. It is kept in this tab.")}
          data-mentions={assetPath("mentions.js")}
        >
          <PageFields link={link} />
          <input type="hidden" name="idempotency_key" value={draft.idempotencyKey} autocomplete="off" />
          <StandField stand={draft.stand} />
          {/* The form's first button is what Enter presses in a field: it shares nothing. */}
          <button class="unseen" type="submit" formaction={SHARE_FIND} formnovalidate tabindex={-1}>
            <T>Update</T>
          </button>
          <div class="composer">
            {ask && <AskAgain draft={draft} few={few} />}
            <ShareAccounts
              {...{ c, accounts, available, draft, problems }}
              here={back}
              isConnecting={state.connected !== undefined}
              focusOn={offered.size === 0 && !isRefused(sets) ? findFirst(problems, few) : undefined}
              hasPicture={subject.hasPicture}
            />
            <PaneTabs shown={draft.pane} />
            <div class="writing">
              <MessageField message={draft.message} fits={fits} isFocused={state.isNew === true} />
              <PicturesPart at={SHARE_PICTURES} chosen={draft.pictures} shown={shown} />
              {await renderHashtagChips(c, SHARE_FIND)}
              <OwnMessages
                targets={findMessageTargets(accounts, available)}
                draft={draft}
                offered={offered}
              />
              <OptionsPart sets={sets} draft={draft} findAt={SHARE_FIND} />
              {withoutTracking(link.url) !== link.url && <TrackingChoice keep={draft.keepTracking} />}
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
            <noscript>
              <button class="button" type="submit" formaction={SHARE_FIND} formnovalidate>
                <T>Update the preview</T>
              </button>
            </noscript>
            <PostPreviews
              known={known}
              fits={fits}
              shown={draft.preview}
              pictures={await findPostPictures(c, draft)}
            />
          </div>
          <SendBar accounts={few?.connections.length ?? 0}>
            <SaveDraft />
          </SendBar>
        </form>
      )}
    </Layout>,
  );
}

/** The browser came back to a form that was shared, or lost its answer, and something was changed since. */
function UsedForm({ requestId }: { requestId: string }) {
  return (
    <p class="banner doubt" role="alert">
      <span>
        <T link={<SeeShared requestId={requestId} />}>
          {"You shared this form before, with other content: {link}. What it says now is not shared yet."}
        </T>
      </span>
    </p>
  );
}

function SeeShared({ requestId }: { requestId: string }) {
  return (
    <a href={`/social/share/${requestId}/`}>
      <T>see what was shared</T>
    </a>
  );
}

/** Of many accounts, one problem stands for all that have the same. */
function summarise(problems: readonly DraftProblem[]): DraftProblem[] {
  const whole = problems.filter(({ connectionId }) => connectionId === undefined);
  return [...whole, ...mergeProblems(problems).map((problem) => ({ problem }))];
}

/** Returns the account to mend first: that of the first problem, or the first of all where none is chosen. */
function findFirst(
  problems: readonly DraftProblem[],
  few: Awaited<ReturnType<typeof findFew>>,
): string | undefined {
  if (problems.length === 0) return undefined;
  return (
    problems.find(({ connectionId }) => connectionId !== undefined)?.connectionId ?? few?.connections[0]?.id
  );
}

export function findAvailable(c: WebContext) {
  return new Set(c.var.runtime.platforms.availablePlatforms().map(({ name }) => name));
}
