/** The shares of a request: all of a few; of many, first those that need attention and then a page of the others. */
import { raw } from "hono/html";
import { platformNames } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { RequestSummary } from "../../../sharing/record/request-shares.ts";
import { T } from "../../frame/words.tsx";
import { type ResultFields, resultPath } from "./result-fields.ts";
import { FEW } from "./shown-shares.ts";

interface OutcomeListsProps {
  readonly request: RequestSummary;
  readonly fields: ResultFields;
  /** The shares that need attention, each as HTML; empty where they are not listed separately. */
  readonly troubled: readonly string[];
  readonly others: readonly string[];
  /** Where the next page starts; undefined on the last one. */
  readonly next: string | undefined;
}

export function OutcomeLists(props: OutcomeListsProps) {
  const { request, fields, troubled, others, next } = props;
  if (request.tally.total <= FEW) {
    return (
      <div id="outcome-lists">
        <ul>{raw(others.join(""))}</ul>
      </div>
    );
  }
  const left = request.tally.counts.trouble - troubled.length;
  return (
    <div id="outcome-lists">
      {troubled.length > 0 && (
        <section aria-labelledby="needs-attention">
          <h2 id="needs-attention">
            <T>Needs your attention</T>
          </h2>
          <ul>{raw(troubled.join(""))}</ul>
          {left > 0 && (
            <p class="actions">
              <a class="button" href={resultPath(request.id, { standing: "trouble" })}>
                <T number={left}>
                  {"{number, plural, one {# more needs your attention} other {# more need your attention}}"}
                </T>
              </a>
            </p>
          )}
        </section>
      )}
      <section aria-labelledby="others">
        <h2 id="others">{troubled.length > 0 ? <T>The others</T> : <T>By account</T>}</h2>
        <AccountSearch request={request} fields={fields} />
        {others.length === 0 ? (
          <p class="empty">
            <T>No accounts match.</T>
          </p>
        ) : (
          <ul>{raw(others.join(""))}</ul>
        )}
        <p class="actions">
          {fields.after !== undefined && (
            <a class="button" href={resultPath(request.id, { ...fields, after: undefined })}>
              <T>Back to the start</T>
            </a>
          )}
          {next !== undefined && (
            <a class="button" rel="next" href={resultPath(request.id, { ...fields, after: next })}>
              <T>More</T>
            </a>
          )}
        </p>
      </section>
    </div>
  );
}

function AccountSearch({ request, fields }: Pick<OutcomeListsProps, "request" | "fields">) {
  const used = platformNames.filter((name) => request.tally.platforms.includes(name));
  const { standing, platform, account } = fields;
  return (
    <form class="form search-form" method="get" action={resultPath(request.id, {})}>
      {standing !== undefined && <input type="hidden" name="standing" value={standing} />}
      <label>
        <T>Account</T>
        <input type="search" name="account" value={account} maxlength={100} autocomplete="off" />
      </label>
      {used.length > 1 && (
        <label>
          <T>Network</T>
          <select name="platform">
            <option value="">
              <T>All</T>
            </option>
            {used.map((name) => (
              <option value={name} selected={platform === name}>
                {aboutPlatform(name).label}
              </option>
            ))}
          </select>
        </label>
      )}
      <button class="button small" type="submit">
        <T>Show</T>
      </button>
    </form>
  );
}
