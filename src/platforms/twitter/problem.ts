/** Reads X’s two problem formats (docs/networks/x.md, section 7). */
import { z } from "zod";
import type { Answer } from "../call/request.ts";

const text = z.string().optional().catch(undefined);

const problemShape = z.object({
  title: text,
  detail: text,
  type: text,
  period: text,
  errors: z
    .array(z.object({ message: text, detail: text, code: z.number().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});

export type Problem = z.infer<typeof problemShape>;

/** Returns an empty object if the answer is in neither format. */
export function readProblem(answer: Answer): Problem {
  return problemShape.safeParse(answer.body).data ?? {};
}

/** Returns the last path segment of the problem’s type, or "" if there is none. The host before it varies. */
export function readProblemKey(answer: Answer): string {
  const { type = "about:blank" } = readProblem(answer);
  return type === "about:blank" ? "" : (type.split("/").at(-1) ?? "");
}

/** X’s own explanation, for the person. */
export function readWords({ detail, title, errors = [] }: Problem): string {
  const messages = errors
    .map((error) => error.message ?? error.detail)
    .filter((words) => words !== undefined);
  return (messages.length > 0 ? messages.join(" ") : (detail ?? title ?? "no reason given")).slice(0, 300);
}
