/** The page that lists a person's drafts. */
import { DRAFT_DAYS, type KeptDraft } from "../../sharing/drafts/draft.ts";
import { listDrafts } from "../../sharing/drafts/find-drafts.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { readNews } from "../frame/flash.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { findPagePictures } from "../share/cards/page-pictures.ts";
import { DeletedDraft } from "./deleted-draft.tsx";
import { DraftRow } from "./draft-row.tsx";

/** GET /social/drafts/ */
export async function showDrafts(c: WebContext) {
  const { runtime, person } = c.var;
  const drafts = await listDrafts(runtime, person);
  const pictures = await findPagePictures(
    c,
    drafts.map(({ link }) => link),
  );
  return show(
    c,
    <Layout title={say("Drafts")} person={person} current="new">
      <h1>
        <T>Drafts</T>
      </h1>
      <Banner
        good={readNews(c, { back: say("The draft is back.") })}
        bad={readNews(c, { gone: say("This draft no longer exists: it was shared or deleted.") })}
      />
      <DeletedDraft id={c.req.query("deleted")} />
      <DraftList drafts={drafts} pictures={pictures} zone={person.timeZone} />
    </Layout>,
  );
}

interface DraftListProps {
  readonly drafts: readonly KeptDraft[];
  readonly pictures: ReadonlyMap<string, string>;
  readonly zone: string | undefined;
}

function DraftList({ drafts, pictures, zone }: DraftListProps) {
  if (drafts.length === 0)
    return (
      <div class="empty">
        <p>
          <T>No drafts. What you write on the share page is kept here until you share it.</T>
        </p>
        <p class="actions">
          <a class="button primary" href="/social/new/">
            <T>New share</T>
          </a>
        </p>
      </div>
    );
  return (
    <>
      <ol class="history">
        {drafts.map((draft) => (
          <DraftRow draft={draft} picture={pictures.get(draft.link.image ?? "")} zone={zone} />
        ))}
      </ol>
      <p class="quiet">
        <T days={DRAFT_DAYS}>
          {
            "Drafts can be continued on any device. They are deleted {days, number} days after the last change."
          }
        </T>
      </p>
    </>
  );
}
