/** The page of one share: its outcome, what was sent, and its timeline. */
import { z } from "zod";
import { identify } from "../../../pages/page.ts";
import { listAttempts } from "../../../sharing/record/attempts.ts";
import { findShare } from "../../../sharing/record/history.ts";
import type { Share } from "../../../sharing/share.ts";
import { say, type Told } from "../../../words/words.ts";
import { showNotFound } from "../../frame/errors.tsx";
import { readWords } from "../../frame/language.ts";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { Moment } from "../../frame/time.tsx";
import { Say, T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { filterQuery } from "../../history/history-filter.ts";
import { PageCard } from "../cards/page-card.tsx";
import { findPagePicture } from "../cards/page-pictures.ts";
import { ShareOutcome } from "./share-outcome.tsx";
import { listEvents } from "./timeline.ts";

/** GET /social/shares/:shareId/ */
export async function showShareDetails(c: WebContext) {
  const { runtime, person } = c.var;
  const id = z.uuid().safeParse(c.req.param("shareId"));
  const share = id.success ? await findShare(runtime, person, id.data) : undefined;
  if (share === undefined) return showNotFound(c);
  const attempts = await listAttempts(runtime, share);
  const zone = person.timeZone;
  return show(
    c,
    <Layout title={say("Share details")} person={person} shape="sheet">
      <h1>
        <T>Share details</T>
      </h1>
      <ul class="outcomes">
        <ShareOutcome share={share} now={runtime.now()} zone={zone} isWhole />
      </ul>
      <PageCard page={share.page} picture={await findPagePicture(c, share.page)} />
      <h2>
        <Say told={headText(share)} />
      </h2>
      <blockquote class="said" dir="auto">
        {share.text === "" ? share.page.url : share.text}
      </blockquote>
      <h2>
        <T>What happened</T>
      </h2>
      <ol class="timeline">
        {listEvents(share, attempts, readWords(c).locale).map(({ at, text, problem, technical }) => (
          <li>
            <p class="quiet">
              <Moment at={at} zone={zone} />
            </p>
            <p>
              <Say told={text} />
            </p>
            {problem !== undefined && (
              <p class="note">
                <Say told={problem} />
              </p>
            )}
            {technical !== undefined && <p class="quiet fine">{technical}</p>}
          </li>
        ))}
      </ol>
      <p class="actions">
        <a class="button" href={`/social/history/?${filterQuery({ page: identify(share.page) })}`}>
          <T>All shares of this page</T>
        </a>
        <a class="button" href={`/social/share/${share.requestId}/`}>
          <T>All accounts in this share</T>
        </a>
      </p>
    </Layout>,
  );
}

function headText({ status, isCancellable }: Share): Told {
  if (isCancellable || status === "reconnect") return say("What will be sent");
  return status === "cancelled" ? say("What would have been sent") : say("What was sent");
}
