/** What is wrong with a field, said at the field itself. */
import type { z } from "zod";
import { saidBefore, type Told } from "../../words/words.ts";
import { Sign } from "./icons.tsx";
import { Say } from "./words.tsx";

/** By the name of the field, in the order of the form. */
export type Problems = ReadonlyMap<string, Told>;

/** Of a form whose shape says in words what is wrong; the first of each field. */
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

/** What a field is marked with: the first wrong one has the focus when the page comes. */
export function markField({ problems, name }: OneField) {
  if (!problems.has(name)) return {};
  const [first] = problems.keys();
  return {
    "aria-invalid": "true",
    "aria-describedby": `${name}-problem`,
    autofocus: name === first,
  } as const;
}

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
