/** Problems of single form fields, shown beside them. */
import type { z } from "zod";
import { saidBefore, type Told } from "../../words/words.ts";
import { Sign } from "./icons.tsx";
import { Say } from "./words.tsx";

/** Problems by field name, in the order of the form. */
export type Problems = ReadonlyMap<string, Told>;

/** Returns the first problem of each field. The messages of the zod schema are texts for people. */
export function readProblems(error: z.ZodError): Map<string, Told> {
  const problems = new Map<string, Told>();
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    if (!problems.has(name)) problems.set(name, saidBefore(message));
  }
  return problems;
}

/** The first thing that is wrong with a form whose shape says in words what is wrong. */
export function firstProblem(error: z.ZodError): Told | undefined {
  const [first] = error.issues;
  return first && saidBefore(first.message);
}

interface OneField {
  readonly problems: Problems;
  readonly name: string;
}

/** Returns the attributes for a field with a problem. The first such field gets the focus. */
export function markField({ problems, name }: OneField) {
  if (!problems.has(name)) return {};
  const [first] = problems.keys();
  return {
    "aria-invalid": "true",
    "aria-describedby": `${name}-problem`,
    autofocus: name === first,
  } as const;
}

/** Shows the problem of a field, if it has one. */
export function FieldProblem({ problems, name }: OneField) {
  const problem = problems.get(name);
  if (problem === undefined) return null;
  return (
    <p class="note bad" id={`${name}-problem`}>
      <Sign name="alert" />
      <Say told={problem} />
    </p>
  );
}
