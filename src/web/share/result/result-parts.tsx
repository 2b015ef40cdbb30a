/**
 * The parts of a result that change while the request is under way, each with a tag made from its content. The page
 * sends the tags of what it shows and gets the parts that differ, so that it misses no change between two polls. A mark
 * of all the data comes before the tags: where it is unchanged, nothing is rendered.
 */
import { createHash } from "node:crypto";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { RequestSummary } from "../../../sharing/record/request-shares.ts";
import type { Share } from "../../../sharing/share.ts";
import { readPageValues } from "../../frame/branding.ts";
import { Navigation } from "../../frame/navigation.tsx";
import { PageContext } from "../../frame/page-values.ts";
import type { WebContext } from "../../guards/context.ts";
import { Follow, type FollowProps } from "./follow.tsx";
import { OutcomeActs } from "./outcome-acts.tsx";
import { OutcomeLists } from "./outcome-lists.tsx";
import { OutcomesHeading } from "./outcomes-heading.tsx";
import { type ResultFields, resultPath } from "./result-fields.ts";
import { SELDOM_SECONDS, secondsUntilNextPoll } from "./result-pace.ts";
import { ShareOutcome } from "./share-outcome.tsx";
import { FEW, findShares } from "./shown-shares.ts";
import type { RefusedLink } from "./unconfirmed.tsx";

interface Part {
  /** The id of its element. */
  readonly id: string;
  readonly html: string;
  readonly tag: string;
}

export interface RenderedResult {
  /** The request has too many shares to show all at once. */
  readonly isMany: boolean;
  readonly heading: Part;
  readonly acts: Part;
  /** Contains the rows; its tag covers only which rows there are. */
  readonly lists: Part;
  readonly rows: readonly Part[];
  readonly places: Part;
  readonly follow: FollowProps;
  /** Seconds until a page without JavaScript reloads; undefined for never. */
  readonly reloadSeconds: number | undefined;
}

/** Renders all parts of a result. @param refusedLink a post link that was refused, shown again in its form */
export async function renderResult(
  c: WebContext,
  request: RequestSummary,
  fields: ResultFields,
  refusedLink?: RefusedLink,
): Promise<RenderedResult> {
  const { runtime, person } = c.var;
  const now = runtime.now();
  const zone = person.timeZone;
  const { troubled, others, next } = await findShares(c, request, fields, refusedLink);
  const frame = readPageValues(c);
  const render = async (id: string, child: Child): Promise<Part> => {
    const html = await (<PageContext.Provider value={frame}>{child}</PageContext.Provider>).toString();
    return { id, html, tag: tagOf(html) };
  };
  const renderRow = (share: Share) =>
    render(
      `share-${share.id}`,
      <ShareOutcome share={share} now={now} zone={zone} refusedLink={refusedLink} />,
    );
  const troubledRows = await Promise.all(troubled.map(renderRow));
  const otherRows = await Promise.all(others.map(renderRow));
  const renderLists = (show: (row: Part) => string) =>
    render(
      "outcome-lists",
      <OutcomeLists
        request={request}
        fields={fields}
        troubled={troubledRows.map(show)}
        others={otherRows.map(show)}
        next={next}
      />,
    );
  const lists = { ...(await renderLists(({ html }) => html)), tag: (await renderLists(({ id }) => id)).tag };
  const heading = await render(
    "outcomes-heading",
    <OutcomesHeading request={request} fields={fields} zone={zone} />,
  );
  const acts = await render("outcome-acts", <OutcomeActs request={request} />);
  const places = await render("places", <Navigation person={person} />);
  const rows = [...troubledRows, ...otherRows];
  const seconds = secondsUntilNextPoll(request.tally, now);
  const have = [markOf(c, request), ...[heading, acts, places, lists, ...rows].map(({ tag }) => tag)].join(
    ".",
  );
  return {
    isMany: request.tally.total > FEW,
    ...{ heading, acts, lists, rows, places },
    follow: {
      path: resultPath(request.id, fields, "outcomes/"),
      page: resultPath(request.id, fields),
      ...{ seconds, have },
    },
    reloadSeconds: seconds === undefined || seconds > SELDOM_SECONDS ? undefined : Math.max(2, seconds),
  };
}

/** Tells whether the page shows everything and polls at the right pace. */
export function isUpToDate(c: WebContext, request: RequestSummary, have: string): boolean {
  return have.split(".")[0] === markOf(c, request);
}

function markOf(c: WebContext, { tally }: RequestSummary): string {
  const { runtime, person } = c.var;
  const now = runtime.now();
  const seconds = secondsUntilNextPoll(tally, now);
  const isDue = tally.nextAt !== undefined && tally.nextAt <= now;
  return tagOf(JSON.stringify({ tally, attention: person.attention, seconds, isDue }));
}

/** Returns the parts that differ from those that the page shows, as htmx partials. */
export function findChanges(result: RenderedResult, have: string): Child {
  const { heading, acts, places, lists, rows, follow } = result;
  const [, headingTag, actsTag, placesTag, listsTag, ...rowTags] = have.split(".");
  const inLists = lists.tag === listsTag ? rows.filter(({ tag }, at) => tag !== rowTags[at]) : [lists];
  const changed = [
    ...[heading].filter(({ tag }) => tag !== headingTag),
    ...inLists,
    ...[acts].filter(({ tag }) => tag !== actsTag),
    ...[places].filter(({ tag }) => tag !== placesTag),
  ];
  return (
    <>
      <Follow {...follow} />
      {raw(
        changed
          .map(({ id, html }) => `<hx-partial hx-target="#${id}" hx-swap="outerMorph">${html}</hx-partial>`)
          .join(""),
      )}
    </>
  );
}

/** Returns 36 bits of a digest: two versions of a part collide once in 70 billion times. */
function tagOf(html: string): string {
  return createHash("sha256").update(html).digest("base64url").slice(0, 6);
}
