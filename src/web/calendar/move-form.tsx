/** The page that moves a scheduled share to another time. */
import type { ScheduledRequest } from "../../sharing/requests/scheduled.ts";
import { say, type Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Moment } from "../frame/time.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { PageCard } from "../share/cards/page-card.tsx";
import { findPagePicture } from "../share/cards/page-pictures.ts";
import { CancelAll } from "../share/result/cancel-all.tsx";
import { type CalendarFields, calendarPath } from "./calendar-fields.ts";

interface MoveState {
  /** As it was typed: "2026-11-24T09:00". */
  readonly at: string;
  /** The calendar to go back to; undefined: to the share. */
  readonly fields: CalendarFields | undefined;
  readonly problem?: Told;
}

export async function renderMove(
  c: WebContext,
  request: ScheduledRequest,
  { at, fields, problem }: MoveState,
) {
  const { person } = c.var;
  const zone = person.timeZone ?? "UTC";
  const here = `/social/share/${request.id}/move/`;
  const back = fields === undefined ? `/social/share/${request.id}/` : calendarPath(fields);
  const address = fields === undefined ? here : `${here}?${new URLSearchParams({ ...fields })}`;
  return show(
    c,
    <Layout title={say("Move a scheduled share")} person={person} shape="sheet" address={address}>
      <h1>
        <T>Move this scheduled share</T>
      </h1>
      <Banner bad={problem} />
      <PageCard page={request.page} picture={await findPagePicture(c, request.page)} />
      {request.scheduledAt !== undefined && (
        <p class="quiet">
          <T moment={<Moment at={request.scheduledAt} zone={zone} />}>{"Goes out on {moment}."}</T>
        </p>
      )}
      <form class="form" method="post" action={here}>
        {fields !== undefined && (
          <>
            <input type="hidden" name="view" value={fields.view} />
            <input type="hidden" name="on" value={fields.on} />
          </>
        )}
        <label>
          <T>New date and time</T>
          <small>
            <T zone={zone.replaceAll("_", " ")}>{"In your time zone, {zone}."}</T>
          </small>
          <input
            type="datetime-local"
            name="at"
            value={at}
            required
            autofocus
            aria-invalid={problem === undefined ? undefined : "true"}
          />
        </label>
        <div class="actions">
          <button class="button primary" type="submit">
            <T>Move</T>
          </button>
          <a class="button" href={`/social/share/${request.id}/edit/`}>
            <T>Change something else</T>
          </a>
          <a class="button plain" href={back}>
            <T>Leave it as it is</T>
          </a>
        </div>
      </form>
      <CancelAll requestId={request.id} />
    </Layout>,
  );
}
