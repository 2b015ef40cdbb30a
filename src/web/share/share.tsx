/** The share page: shows a draft, searches accounts for it and submits it. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { readPageLink } from "../../pages/page.ts";
import { learnTimeZone } from "../../people/preferences.ts";
import { holdBack } from "../../people/sign-in/hold-back.ts";
import { findDraftsOf } from "../../sharing/drafts/find-drafts.ts";
import { findShare, getShareRequest } from "../../sharing/record/history.ts";
import { findTooLong } from "../../sharing/requests/message-length.ts";
import { spellOutChosen } from "../../sharing/requests/options.ts";
import { chooseWhen } from "../../sharing/requests/schedule.ts";
import { findScheduled } from "../../sharing/requests/scheduled.ts";
import { submitShares } from "../../sharing/requests/submit.ts";
import { say } from "../../words/words.ts";
import { readSharedWords } from "../begin/find-page.ts";
import { showBadLink } from "../begin/new-share.tsx";
import { readConnected } from "../connections/connect-path.ts";
import { type Continued, findContinued } from "../drafts/continue-draft.ts";
import { DRAFTS } from "../drafts/drafts-path.ts";
import { readNews, takeFlash } from "../frame/flash.ts";
import { show } from "../frame/show.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { readVisitor } from "../guards/visitor.ts";
import { findAgain } from "./again.ts";
import { subjectOf } from "./measure.ts";
import { insertHashtags } from "./message/hashtag-chips.tsx";
import { OwnMessages } from "./message/own-messages.tsx";
import { takePageLanguage } from "./options/page-language.ts";
import { toggleFew } from "./picker/toggle-few.ts";
import {
  chooseFirst,
  findFew,
  findMessageTargets,
  loadSharePicker,
  ShareAccounts,
} from "./share-accounts.tsx";
import { createDraft, describePage, findUnread, findUnsentFile, readDraft } from "./share-draft.tsx";
import { findAvailable, renderShare } from "./share-form.tsx";
import { sharePath } from "./share-path.ts";

/** How long to wait for a slow site. After that the page is shown as the link describes it and filled in later. */
const WAIT_MS = 1_500;
/** Longer, so that what is shared is what the page itself says. */
const SUBMIT_MS = 8_000;

/** GET /social/share/: shows the draft for a link. With `of`, it starts from a share that was not posted; with `again`, from an earlier request. */
export async function showShare(c: WebContext) {
  const continued = await findContinued(c);
  if (continued !== undefined) return showContinued(c, continued);
  const reading = readPageLink(c.req.query());
  if ("problem" in reading)
    return c.req.query("draft") === undefined
      ? showBadLink(c, reading.problem)
      : c.redirect(`${DRAFTS}?news=gone`, 303);
  const kept = (await findRefused(c, c.req.query("of"))) ?? (await findAgain(c));
  const { link } = reading;
  const message = readSharedWords(c, link.url);
  const draft = { ...createDraft(c.var.person), message, ...kept };
  const known = await describePage(c, link, { ...draft, patienceMs: WAIT_MS });
  const few = await findFew(c, subjectOf(known, draft));
  const group = z.uuid().safeParse(c.req.query("group"));
  const connected = readConnected(c.req.query("connected"));
  const first = kept ?? (await chooseFirst(c, few, group.data));
  const chosen = {
    ...first,
    connectionIds: [...new Set([...(first.connectionIds ?? []), ...(connected ?? [])])],
  };
  return renderShare(c, {
    ...{ link, known, few, connected },
    draft: { ...draft, ...chosen },
    isNew: kept === undefined,
    earlier: await findDraftsOf(c.var.runtime, c.var.person, link.url),
    good: takeFlash(c),
  });
}

/** The form as it was when its draft was last kept, with the accounts that were connected from it since. */
async function showContinued(c: WebContext, { link, draft }: Continued) {
  const { runtime, person } = c.var;
  const known = await describePage(c, link, { ...draft, patienceMs: WAIT_MS });
  const connected = readConnected(c.req.query("connected"));
  const others = await findDraftsOf(runtime, person, link.url);
  return renderShare(c, {
    ...{ link, known, connected },
    draft: { ...draft, connectionIds: [...new Set([...draft.connectionIds, ...(connected ?? [])])] },
    isNew: true,
    earlier: others.filter(({ id }) => id !== draft.stand?.id),
    good: takeFlash(c) ?? readNews(c, keptNews),
  });
}

const keptNews = {
  kept: say("Draft saved. You can continue it on any device."),
  apart: say("Saved as a second draft, since the first was changed on another device."),
};

/** Returns the message and account of a share that was not posted, to edit and share again. */
async function findRefused(c: WebContext, id: string | undefined) {
  const { runtime, person } = c.var;
  const share = z.uuid().safeParse(id).success && id ? await findShare(runtime, person, id) : undefined;
  const request = share && (await getShareRequest(runtime, person, share.requestId));
  const kept = share && (await findScheduled(runtime, person, share.requestId));
  if (share === undefined || request === undefined) return undefined;
  const { connection, ownMessage, options } = share;
  return {
    ...{ message: ownMessage ?? request.message, pictures: kept?.pictures },
    connectionIds: [connection.id],
    ...spellOutChosen(runtime, [connection], { ownOptions: { [connection.id]: options } }),
  };
}

/** POST /social/share/accounts/: searches accounts with the form as it is. Answers with the page, or its accounts for htmx. */
export async function showShareAccounts(c: WebContext) {
  const { reading, draft: sent } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { link } = reading;
  const known = await describePage(c, link, { ...sent, patienceMs: WAIT_MS });
  const draft = takePageLanguage(sent, known);
  const subject = subjectOf(known, draft);
  if (c.req.header("hx-request") === undefined) {
    const few = await findFew(c, subject);
    const written = await insertHashtags(c, draft);
    return renderShare(c, {
      ...{ link, known, few },
      draft: few ? await toggleFew(c, few, subject, written) : written,
    });
  }
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
      <OwnMessages
        targets={findMessageTargets(accounts, available)}
        draft={draft}
        offered={new Set()}
        isReplacement
      />
    </>,
  );
}

/** POST /social/share/: submits the draft, or shows it again with what is wrong. */
export async function submitShare(c: WebContext) {
  const { reading, draft: sent } = await readDraft(c);
  if ("problem" in reading) return showBadLink(c, reading.problem);
  const { link } = reading;
  const known = await describePage(c, link, { ...sent, patienceMs: SUBMIT_MS });
  const draft = takePageLanguage(sent, known);
  const { page } = known;
  const tooLong = findTooLong(draft);
  if (tooLong !== undefined) {
    c.status(422);
    return renderShare(c, { link, known, draft, problems: [{ problem: tooLong }] });
  }
  const unread = findUnread(draft) ?? findUnsentFile(draft);
  if (unread !== undefined) {
    c.status(422);
    return renderShare(c, { link, known, draft, problems: [{ problem: unread }] });
  }
  const moment = chooseWhen(draft.when, c.var.runtime.now());
  if ("problem" in moment) {
    c.status(422);
    return renderShare(c, { link, known, draft, whenProblem: moment.problem });
  }
  if (draft.when.choice === "later") await learnTimeZone(c.var.runtime, c.var.person, draft.when.zone);
  const refusal = await holdBack(c.var.runtime, "share", readVisitor(c), { person: c.var.person });
  if (refusal !== undefined) {
    refuse(c, refusal, 429);
    return renderShare(c, { link, known, draft, problems: [refusal] });
  }
  const submitted = await submitShares(c.var.runtime, c.var.person, {
    ...{ page, ...draft },
    at: moment.at,
    slot: draft.when.slot,
    draftId: draft.stand?.id,
  });
  switch (submitted.outcome) {
    case "submitted":
      return c.redirect(`/social/share/${submitted.requestId}/`, 303);
    case "used":
      c.status(409);
      return renderShare(c, {
        ...{ link, known, used: submitted.requestId },
        draft: { ...draft, idempotencyKey: randomUUID(), stand: undefined },
      });
    case "ask":
      c.status(409);
      return renderShare(c, { link, known, draft, ask: true });
    case "refused":
      c.status(422);
      return renderShare(c, { link, known, draft, problems: submitted.problems });
  }
}
