/** All that a person shared, newest first. */
import { listShares } from "../sharing/history.ts";
import type { Share } from "../sharing/share.ts";
import type { WebContext } from "./context.ts";
import { Layout } from "./parts/layout.tsx";
import { ShareOutcome } from "./parts/share-outcome.tsx";
import { Moment } from "./parts/time.tsx";

export async function showHistory(c: WebContext) {
  const { runtime, person } = c.var;
  const before = c.req.query("before");
  const { shares, next } = await listShares(runtime, person, before === undefined ? {} : { before });
  return c.html(
    <Layout title="Share history" person={person} current="history">
      <h1>Share history</h1>
      {shares.length === 0 ? (
        <p class="empty">
          {before === undefined
            ? "Nothing shared yet. Press Share on any page of your sites."
            : "There is nothing older."}
        </p>
      ) : (
        <ol class="history">
          {groupByRequest(shares).map((group) => (
            <SharedTogether shares={group} now={runtime.now()} />
          ))}
        </ol>
      )}
      {next !== undefined && (
        <p class="actions">
          <a class="button" rel="next" href={`/social/history/?${new URLSearchParams({ before: next })}`}>
            Older
          </a>
        </p>
      )}
    </Layout>,
  );
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

function SharedTogether({ shares, now }: { shares: readonly Share[]; now: Date }) {
  const [first] = shares;
  if (first === undefined) return null;
  return (
    <li class="card">
      <h2>
        <a href={`/social/share/${first.requestId}/`}>{first.page.title}</a>
      </h2>
      <p class="quiet">
        {`${new URL(first.page.url).host.replace(/^www\./, "")} · `}
        <Moment at={first.createdAt} />
      </p>
      <ul class="outcomes">
        {shares.map((share) => (
          <ShareOutcome share={share} now={now} />
        ))}
      </ul>
    </li>
  );
}
