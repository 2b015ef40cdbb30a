/** Moves a scheduled share to another time: by a form, or by being dropped on another day of the calendar. */
import { z } from "zod";
import { summariseRequest } from "../../sharing/record/request-shares.ts";
import { moveScheduled } from "../../sharing/requests/move-scheduled.ts";
import { chooseMoment, showLocalTime } from "../../sharing/requests/schedule.ts";
import { findScheduled, type ScheduledRequest } from "../../sharing/requests/scheduled.ts";
import { say } from "../../words/words.ts";
import { showNotFound } from "../frame/errors.tsx";
import type { WebContext } from "../guards/context.ts";
import { renderShareResult } from "../share/result/share-result.tsx";
import { readFields, renderCalendar } from "./calendar.tsx";
import { type CalendarFields, calendarPath } from "./calendar-fields.ts";
import { renderMove } from "./move-form.tsx";

const id = z.uuid();
const formShape = z.object({
  /** A day of the calendar on which it was dropped; its time stays. */
  day: z.iso.date().optional().catch(undefined),
  at: z.string().max(40).catch(""),
  view: z.string().optional().catch(undefined),
});

/** GET /social/share/:requestId/move/ */
export async function showMove(c: WebContext) {
  const request = await findToMove(c);
  if (request?.scheduledAt === undefined) return showNotFound(c);
  if (!request.isChangeable) return tellTooLate(c, request);
  const at = showLocalTime(request.scheduledAt, c.var.person.timeZone ?? "UTC");
  return renderMove(c, request, { at, fields: fieldsOf(c, c.req.query()) });
}

/** POST /social/share/:requestId/move/ */
export async function submitMove(c: WebContext) {
  const request = await findToMove(c);
  if (request?.scheduledAt === undefined) return showNotFound(c);
  const { runtime, person } = c.var;
  const zone = person.timeZone ?? "UTC";
  const body = await c.req.parseBody();
  const { day, ...form } = formShape.parse(body);
  const fields = fieldsOf(c, body);
  const at = day === undefined ? form.at : `${day}T${showLocalTime(request.scheduledAt, zone).slice(11)}`;
  const moment = chooseMoment({ at, zone }, runtime.now());
  if ("problem" in moment) {
    c.status(422);
    if (day === undefined) return renderMove(c, request, { at, fields, problem: moment.problem });
    return renderCalendar(c, fields ?? readFields(c, {}), { bad: moment.problem });
  }
  const moved = await moveScheduled(runtime, person, request.id, moment.at);
  if (moved === "not-found") return showNotFound(c);
  if (moved === "too-late") return tellTooLate(c, request, day === undefined ? undefined : fields);
  if (fields === undefined) return c.redirect(`/social/share/${request.id}/`, 303);
  return c.redirect(`${calendarPath(fields, { news: "moved" })}#entry-${request.id}`, 303);
}

/** The calendar that the person came from; undefined if they came from elsewhere. */
function fieldsOf(c: WebContext, from: Readonly<Record<string, unknown>>): CalendarFields | undefined {
  return formShape.parse(from).view === undefined ? undefined : readFields(c, from);
}

async function findToMove(c: WebContext): Promise<ScheduledRequest | undefined> {
  const requestId = id.safeParse(c.req.param("requestId"));
  return requestId.success ? await findScheduled(c.var.runtime, c.var.person, requestId.data) : undefined;
}

/** @param fields the calendar in which it was dragged */
async function tellTooLate(c: WebContext, request: ScheduledRequest, fields?: CalendarFields) {
  const summary = await summariseRequest(c.var.runtime, c.var.person, request.id);
  if (summary === undefined) return showNotFound(c);
  c.status(409);
  const isCancelled = summary.tally.counts.cancelled === summary.tally.total;
  const bad = isCancelled
    ? say("This share was cancelled, so it can no longer be moved.")
    : say("Sharing has started, so it can no longer be moved.");
  if (fields !== undefined) return renderCalendar(c, fields, { bad });
  return renderShareResult(c, request, { bad });
}
