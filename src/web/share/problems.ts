/** Merges the problems of a draft that are the same for several accounts. */
import type { DraftProblem } from "../../sharing/requests/weigh.ts";
import { part, say, type Told } from "../../words/words.ts";

/** Returns one text for each kind of problem that concerns single accounts. */
export function mergeProblems(problems: readonly DraftProblem[]): Told[] {
  const kinds = new Map<string, { readonly first: Told; number: number }>();
  for (const { connectionId, problem } of problems) {
    if (connectionId === undefined) continue;
    const kind = kinds.get(kindOf(problem)) ?? { first: problem, number: 0 };
    kind.number += 1;
    kinds.set(kindOf(problem), kind);
  }
  return [...kinds.values()].map(({ first, number }) =>
    number === 1
      ? first
      : say("{problem} The same applies to {number, plural, one {# more account} other {# more accounts}}.", {
          problem: part(first),
          number: number - 1,
        }),
  );
}

/** Identifies a problem by everything but the account that it names. */
function kindOf(problem: Told): string {
  if (typeof problem === "string") return problem;
  const { account: _account, ...values } = problem.values;
  return JSON.stringify([problem.text, values]);
}
