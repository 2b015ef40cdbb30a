/** Changes the message, accounts and time of a scheduled share. */
import { z } from "zod";
import { learnTimeZone } from "../../../people/preferences.ts";
import { summariseRequest } from "../../../sharing/record/request-shares.ts";
import { changeScheduled, versionOf } from "../../../sharing/requests/change.ts";
import { findTooLong } from "../../../sharing/requests/message-length.ts";
import { findRequestOptions } from "../../../sharing/requests/request-options.ts";
import { chooseMoment, chooseWhen, showLocalTime } from "../../../sharing/requests/schedule.ts";
import { findOwnWords, findScheduled, type ScheduledRequest } from "../../../sharing/requests/scheduled.ts";
import { say } from "../../../words/words.ts";
import { readConnected } from "../../connections/connect-path.ts";
import { showNotFound } from "../../frame/errors.tsx";
import { show } from "../../frame/show.tsx";
import type { WebContext } from "../../guards/context.ts";
import { insertHashtags } from "../message/hashtag-chips.tsx";
import { OwnMessages, targetsAmong } from "../message/own-messages.tsx";
import { toggleFew } from "../picker/toggle-few.ts";
import { renderShareResult } from "../result/share-result.tsx";
import { createDraft, type Draft, findUnread, findUnsentFile, readDraft } from "../share-draft.tsx";
import { ChangeAccounts, findFewToChange, loadChangePicker, subjectOfChange } from "./change-accounts.tsx";
import { renderChange } from "./change-form.tsx";

const changeShape = z.object({
  /** The version that the person started from. */
  version: z.string().catch(""),
  /** A form without it leaves the share scheduled. */
  when: z.string().optional().catch(undefined),
});

/** GET /social/share/:requestId/edit/: shows a scheduled share to change it. */
export async function showChange(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  if (!request.isChangeable) return tellTooLate(c, request);
  const zone = c.var.person.timeZone ?? "UTC";
  const at = request.scheduledAt === undefined ? "" : showLocalTime(request.scheduledAt, zone);
  const connected = readConnected(c.req.query("connected"));
  const draft: Draft = {
    ...createDraft(c.var.person),
    ...{ message: request.message, pictures: request.pictures },
    ...(await findOwnWords(c.var.runtime, request.id, "scheduled")),
    ...(await findRequestOptions(c.var.runtime, request.id, "scheduled")),
    ...{ requestIds: [request.id], connectionIds: connected ?? [] },
    idempotencyKey: request.id,
    when: { choice: "later", at, zone },
    keepTracking: true,
  };
  const version = await versionOf(c.var.runtime, request.id);
  return renderChange(c, request, draft, { version, connected, isNew: true });
}

/** POST /social/share/:requestId/edit/accounts/: searches accounts with the form as it is. Answers with the page, or its accounts for htmx. */
export async function showChangeAccounts(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  const { draft } = await readDraft(c);
  if (c.req.header("hx-request") === undefined) {
    const few = await findFewToChange(c, request);
    const written = await insertHashtags(c, draft);
    const toggled = few && (await toggleFew(c, few, subjectOfChange(request, draft), written, few.scheduled));
    return renderChange(c, request, toggled ?? written, { version: await readVersion(c) });
  }
  const accounts = await loadChangePicker(c, request, draft);
  return show(
    c,
    <>
      <ChangeAccounts c={c} request={request} accounts={accounts} draft={draft} />
      <OwnMessages targets={targetsAmong(accounts)} draft={draft} offered={new Set()} isReplacement />
    </>,
  );
}

/** POST /social/share/:requestId/edit/: saves the change, or shows it again with what is wrong. */
export async function submitChange(c: WebContext) {
  const request = await findToChange(c);
  if (request === undefined) return showNotFound(c);
  const { runtime, person } = c.var;
  const { draft } = await readDraft(c);
  const { version, when } = changeShape.parse(await c.req.parseBody());
  const tooLong = findTooLong(draft);
  if (tooLong !== undefined) {
    c.status(422);
    return renderChange(c, request, draft, { version, problems: [{ problem: tooLong }] });
  }
  const unread = findUnread(draft) ?? findUnsentFile(draft);
  if (unread !== undefined) {
    c.status(422);
    return renderChange(c, request, draft, { version, problems: [{ problem: unread }] });
  }
  const moment =
    when === undefined ? chooseMoment(draft.when, runtime.now()) : chooseWhen(draft.when, runtime.now());
  if ("problem" in moment) {
    c.status(422);
    return renderChange(c, request, draft, { version, whenProblem: moment.problem });
  }
  if (moment.at !== undefined) await learnTimeZone(runtime, person, draft.when.zone);
  const { message, ownMessages, networkMessages } = draft;
  const changed = await changeScheduled(runtime, person, request.id, {
    ...draft,
    seen: version,
    at: moment.at,
    slot: draft.when.slot,
  });
  const written = [message, ...Object.values(networkMessages), ...Object.values(ownMessages)]
    .filter(Boolean)
    .join("\n\n");
  switch (changed.outcome) {
    case "changed":
      return c.redirect(`/social/share/${request.id}/`, 303);
    case "refused":
      c.status(422);
      return renderChange(c, request, draft, { version, problems: changed.problems });
    case "too-late":
      return tellTooLate(c, request, written);
    case "outdated":
      return tellOutdated(c, request, written);
    case "not-found":
      return showNotFound(c);
  }
}

/** Returns the request that the address names; undefined if the person has no such request. */
export async function findToChange(c: WebContext): Promise<ScheduledRequest | undefined> {
  const id = z.uuid().safeParse(c.req.param("requestId"));
  return id.success ? await findScheduled(c.var.runtime, c.var.person, id.data) : undefined;
}

/** Reads from the form the version that the person started from. */
export async function readVersion(c: WebContext): Promise<string> {
  return changeShape.parse(await c.req.parseBody()).version;
}

/** @param written the messages of the refused form, shown so that they are not lost */
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

/** Another tab changed the share in the meantime. */
async function tellOutdated(c: WebContext, request: ScheduledRequest, written: string) {
  c.status(409);
  const bad = say(
    "Your change was not saved, because this share was changed or partly cancelled elsewhere in the meantime. This is its current state.",
  );
  return renderShareResult(c, request, { bad, written });
}
