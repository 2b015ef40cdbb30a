/** Everything that is scheduled, soonest first. */
import { platformNames } from "../../platforms/platform.ts";
import { listScheduled } from "../../sharing/record/history-requests.ts";
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { MarkSymbols } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { findPagePictures } from "../share/cards/page-pictures.ts";
import { HistoryRow } from "./history-row.tsx";

/** GET /social/scheduled/ */
export async function showScheduled(c: WebContext) {
  const { runtime, person } = c.var;
  const after = c.req.query("after");
  const { entries, next } = await listScheduled(runtime, person, { from: after });
  const pictures = await findPagePictures(
    c,
    entries.map(({ page }) => page),
  );
  const view = { now: runtime.now(), zone: person.timeZone, pictures };
  return show(
    c,
    <Layout
      title={say("Coming up")}
      person={person}
      current="history"
      head={<script src={assetPath("unfold.js")} type="module" />}
    >
      <MarkSymbols platforms={platformNames} />
      <h1>
        <T>Coming up</T>
      </h1>
      {entries.length === 0 && (
        <p class="empty">
          {after === undefined ? <T>Nothing is scheduled.</T> : <T>Nothing is scheduled later.</T>}
        </p>
      )}
      <ol class="history">
        {entries.map((entry) => (
          <HistoryRow entry={entry} {...view} />
        ))}
      </ol>
      <p class="actions">
        {after !== undefined && (
          <a class="button" href="/social/scheduled/">
            <T>Soonest</T>
          </a>
        )}
        {next !== undefined && (
          <a class="button" rel="next" href={`/social/scheduled/?${new URLSearchParams({ after: next })}`}>
            <T>Later</T>
          </a>
        )}
        <a class="button plain" href="/social/history/">
          <T>Share history</T>
        </a>
      </p>
    </Layout>,
  );
}
