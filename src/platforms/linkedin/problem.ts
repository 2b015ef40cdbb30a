/** Reads the body of a LinkedIn error (docs/networks/linkedin.md, errors). */
import { z } from "zod";
import type { Answer } from "../call/request.ts";

const text = z.string().optional().catch(undefined);

const problemShape = z.object({
  code: text,
  message: text,
  serviceErrorCode: z.number().optional().catch(undefined),
  errorDetails: z
    .object({ inputErrors: z.array(z.object({ code: text })) })
    .optional()
    .catch(undefined),
});

export type Problem = z.infer<typeof problemShape>;

/** Returns an empty object if the body is not an error. */
export function readProblem(answer: Answer): Problem {
  return problemShape.safeParse(answer.body).data ?? {};
}
