/** What keeps a draft from being shared, at the top of its form: each problem leads to the field that solves it. */
import type { DraftProblem } from "../../sharing/requests/weigh.ts";
import type { Told } from "../../words/words.ts";
import { Say } from "../frame/words.tsx";
import { optionField } from "./options/option-fields.ts";
import type { OptionSet } from "./options/option-sets.ts";
import { ownMessageField } from "./share-draft.tsx";

interface ProblemSummaryProps {
  /** "Not shared yet." */
  readonly title: Told;
  readonly problems: readonly DraftProblem[];
  /** The connections with a message of their own, which is the field to mend. */
  readonly written: ReadonlySet<string>;
  readonly sets: readonly OptionSet[];
}

export function ProblemSummary({ title, problems, ...mending }: ProblemSummaryProps) {
  return (
    <div class="banner bad problems" role="alert">
      <p>
        <Say told={title} />
      </p>
      <ul>
        {problems.map(({ connectionId: id, option, problem }) =>
          id === undefined ? (
            <li>
              <Say told={problem} />
            </li>
          ) : (
            <li id={`problem-${id}`}>
              <a href={`#${findField(id, option, mending)}`}>
                <Say told={problem} />
              </a>
            </li>
          ),
        )}
      </ul>
    </div>
  );
}

/** Returns the id of the field that solves a problem. */
function findField(
  id: string,
  option: string | undefined,
  { written, sets }: Pick<ProblemSummaryProps, "written" | "sets">,
): string {
  const set = option === undefined ? undefined : sets.find(({ accounts }) => accounts.includes(id));
  if (set !== undefined && option !== undefined) return optionField(set.of, option);
  return written.has(id) ? ownMessageField(id) : accountField(id);
}

/** Returns the id of an account's chip. */
export function accountField(id: string): string {
  return `account-${id}`;
}
