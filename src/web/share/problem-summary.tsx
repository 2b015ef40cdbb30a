/** What keeps a draft from being shared, at the top of its form: each problem leads to the field that solves it. */
import type { DraftProblem } from "../../sharing/requests/weigh.ts";
import type { Told } from "../../words/words.ts";
import { Say } from "../frame/words.tsx";
import { ownMessageField } from "./share-draft.tsx";

interface ProblemSummaryProps {
  /** "Not shared yet." */
  readonly title: Told;
  readonly problems: readonly DraftProblem[];
  /** The connections with a message of their own, which is the field to mend. */
  readonly written: ReadonlySet<string>;
}

export function ProblemSummary({ title, problems, written }: ProblemSummaryProps) {
  return (
    <div class="banner bad problems" role="alert">
      <p>
        <Say told={title} />
      </p>
      <ul>
        {problems.map(({ connectionId: id, problem }) =>
          id === undefined ? (
            <li>
              <Say told={problem} />
            </li>
          ) : (
            <li id={`problem-${id}`}>
              <a href={`#${written.has(id) ? ownMessageField(id) : accountField(id)}`}>
                <Say told={problem} />
              </a>
            </li>
          ),
        )}
      </ul>
    </div>
  );
}

/** Returns the id of an account's chip. */
export function accountField(id: string): string {
  return `account-${id}`;
}
