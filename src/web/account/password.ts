/** Changes a password. */
import { z } from "zod";
import { newPasswordShape } from "../../people/details.ts";
import { changePassword } from "../../people/password/password.ts";
import { say } from "../../words/words.ts";
import { firstProblem } from "../frame/field-problem.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { renderAccount, returnToAccount } from "./account.tsx";

const formShape = z.object({
  currentPassword: z.string().min(1, say("Enter your current password.")).max(1_000),
  newPassword: newPasswordShape,
});

/** POST /account/password/: changes the password and signs out other browsers. */
export async function submitPasswordChange(c: WebContext) {
  const form = formShape.safeParse(await c.req.parseBody());
  if (!form.success) {
    c.status(422);
    return renderAccount(c, { refused: { form: "password", bad: firstProblem(form.error) } });
  }
  const result = await changePassword(c.var.runtime, c.var.person, readVisitor(c), form.data);
  if ("problem" in result) {
    refuse(c, result, 422);
    return renderAccount(c, { refused: { form: "password", bad: result.problem } });
  }
  appendCookies(c, result.cookies);
  return returnToAccount(c, "password-changed");
}
