/** What stands in the way of a draft, told once where it is the same for many accounts. */
import type { DraftProblem } from "../../sharing/requests/submit.ts";
import { part, say, type Told } from "../../words/words.ts";

/** Of the problems of single accounts. */
export function tellAlike(problems: readonly DraftProblem[]): Told[] {
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

/** All but the account that it names. */
function kindOf(problem: Told): string {
  if (typeof problem === "string") return problem;
  const { account: _account, ...values } = problem.values;
  return JSON.stringify([problem.text, values]);
}
