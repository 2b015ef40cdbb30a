/** All that a person shared, newest first, or what of it they look for. */
import { markSeen } from "../sharing/attention.ts";
import { byAccount, listHistoryConnections, listScheduled, listShares } from "../sharing/history.ts";
import type { Share } from "../sharing/share.ts";
import { say } from "../words/words.ts";
import type { WebContext } from "./context.ts";
import { type FilterFields, filterQuery, readFilterFields, toFilter } from "./history-filter.ts";
import { HistoryFilterForm } from "./parts/history-filter-form.tsx";
import { Layout } from "./parts/layout.tsx";
import { ShareOutcome } from "./parts/share-outcome.tsx";
import { Moment } from "./parts/time.tsx";
import { T } from "./parts/words.tsx";
import { show } from "./show.tsx";

export async function showHistory(c: WebContext) {
  const { runtime, person } = c.var;
  const fields = readFilterFields(c.req.query());
  const before = c.req.query("before");
  const isFiltered = filterQuery(fields) !== "";
  const filter = toFilter(fields, person.timeZone);
  const { shares, next } = await listShares(runtime, person, { before, filter });
  const isStart = before === undefined && !isFiltered;
  const scheduled = isStart ? await listScheduled(runtime, person) : [];
  const connections = await listHistoryConnections(runtime, person);
  const pictures = await findPictures(c, [...scheduled, ...shares]);
  const view = { now: runtime.now(), zone: person.timeZone, pictures };
  // What they see here is news no more.
  if (isStart) await markSeen(runtime, person);
  const reader = isStart ? { ...person, attention: { ...person.attention, shares: 0 } } : person;
  return show(
    c,
    <Layout title={say("Share history")} person={reader} current="history">
      <h1>
        <T>Share history</T>
      </h1>
      {scheduled.length > 0 && (
        <section class="coming" aria-labelledby="coming">
          <h2 id="coming">
            <T>Coming up</T>
          </h2>
          <ol class="history">
            {groupByRequest(scheduled).map((group) => (
              <SharedTogether shares={group} {...view} />
            ))}
          </ol>
        </section>
      )}
      {(shares.length > 0 || isFiltered) && <HistoryFilterForm fields={fields} connections={connections} />}
      {shares.length === 0 ? (
        <Nothing isFiltered={isFiltered} isStart={isStart} />
      ) : (
        <ol class="history">
          {groupByRequest(shares)
            .filter(([first]) => !isStart || first?.status !== "scheduled")
            .map((group) => (
              <SharedTogether shares={group} {...view} />
            ))}
        </ol>
      )}
      <Turning fields={fields} before={before} next={next} hasShares={shares.length > 0} />
    </Layout>,
  );
}

function Nothing({ isFiltered, isStart }: { isFiltered: boolean; isStart: boolean }) {
  if (isFiltered) {
    return (
      <p class="empty">
        <T>Nothing you shared fits.</T>{" "}
        <a href="/social/history/">
          <T>Show all of it</T>
        </a>
      </p>
    );
  }
  return (
    <p class="empty">
      {isStart ? (
        <T>Nothing shared yet. Press Share on any page of your sites.</T>
      ) : (
        <T>There is nothing older.</T>
      )}
    </p>
  );
}

interface TurningProps {
  readonly fields: FilterFields;
  readonly before: string | undefined;
  readonly next: string | undefined;
  readonly hasShares: boolean;
}

function Turning({ fields, before, next, hasShares }: TurningProps) {
  const query = filterQuery(fields);
  return (
    <p class="actions">
      {before !== undefined && (
        <a class="button" href={`/social/history/?${query}`}>
          <T>Newest</T>
        </a>
      )}
      {next !== undefined && (
        <a class="button" rel="next" href={`/social/history/?${filterQuery(fields, { before: next })}`}>
          <T>Older</T>
        </a>
      )}
      {hasShares && (
        <>
          <a class="button plain" href={`/social/history/export.csv?${query}`} download>
            <T>Export as CSV</T>
          </a>
          <a class="button plain" href={`/social/history/export.json?${query}`} download>
            <T>Export as JSON</T>
          </a>
        </>
      )}
    </p>
  );
}

/** Pictures that are kept are there within it; one that has to be fetched first is there at the next look. */
const LOOK_MS = 150;

async function findPictures(c: WebContext, shares: readonly Share[]): Promise<ReadonlyMap<string, string>> {
  const images = [...new Set(shares.flatMap(({ page }) => page.image ?? []))];
  const found = await Promise.all(
    images.map(
      async (image) => [image, (await c.var.runtime.pages.showPicture(image, LOOK_MS))?.path] as const,
    ),
  );
  return new Map(found.flatMap(([image, path]) => (path === undefined ? [] : [[image, path]])));
}

/** What was submitted in one go comes together; the list is ordered already. */
function groupByRequest(shares: readonly Share[]): Share[][] {
  const groups: Share[][] = [];
  for (const share of shares) {
    const last = groups.at(-1);
    if (last?.[0]?.requestId === share.requestId) last.push(share);
    else groups.push([share]);
  }
  return groups;
}

interface SharedTogetherProps {
  readonly shares: readonly Share[];
  readonly now: Date;
  readonly zone: string | undefined;
  /** The paths of pages' pictures here, by their own addresses. */
  readonly pictures: ReadonlyMap<string, string>;
}

function SharedTogether({ shares, now, zone, pictures }: SharedTogetherProps) {
  const [first] = shares;
  if (first === undefined) return null;
  const picture = pictures.get(first.page.image ?? "");
  const due = shares.find(({ status }) => status === "scheduled")?.scheduledAt;
  const ofPage = filterQuery({ page: first.page.url });
  return (
    <li class="card shared-together">
      <div class="shared-page">
        {picture !== undefined && <img src={picture} alt="" loading="lazy" />}
        <h2>
          <a href={`/social/share/${first.requestId}/`}>{first.page.title}</a>
        </h2>
        <p class="quiet">
          <a href={`/social/history/?${ofPage}`}>
            {new URL(first.page.url).host.replace(/^www\./, "")}
            <span class="unseen">
              <T>: all shares of this page</T>
            </span>
          </a>
          {" · "}
          {due === undefined ? (
            <Moment at={first.createdAt} zone={zone} />
          ) : (
            <T moment={<Moment at={due} zone={zone} />}>{"for {moment}"}</T>
          )}
        </p>
      </div>
      <ul class="outcomes">
        {shares.toSorted(byAccount).map((share) => (
          <ShareOutcome share={share} now={now} zone={zone} />
        ))}
      </ul>
    </li>
  );
}
