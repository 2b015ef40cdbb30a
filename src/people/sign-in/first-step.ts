/** Completes the first step of signing in. */
import { z } from "zod";
import type { FirstStepResult, PeopleRuntime, Visitor } from "../people.ts";
import { arrive } from "./arrival.ts";

const firstStepShape = z.union([
  z.object({ needsCode: z.literal(true) }).transform(() => undefined),
  z.object({ user: z.object({ id: z.string() }) }).transform(({ user }) => user.id),
]);

/** Signs somebody in after the first step, or leads on to the second. */
export async function finishFirstStep(
  runtime: PeopleRuntime,
  visitor: Visitor,
  answer: { readonly response: unknown; readonly headers: Headers },
  action: "person.signed-in" | "person.signed-up" = "person.signed-in",
): Promise<FirstStepResult> {
  const userId = firstStepShape.parse(answer.response);
  const cookies = answer.headers.getSetCookie();
  if (userId === undefined) return { cookies, needsCode: true };
  return { cookies: await arrive(runtime, visitor, { userId, cookies, action }), needsCode: false };
}
