/** Saves what the operator adds to the privacy page. */
import { z } from "zod";
import { type PrivacyDetails, privacyShape } from "../../../operation/setting-shapes.ts";
import { changeSettings } from "../../../operation/settings.ts";
import { say } from "../../../words/words.ts";
import { writtenLine, writtenLines } from "../../../words/written.ts";
import { type Problems, readProblems } from "../../frame/field-problem.tsx";
import type { WebContext } from "../../guards/context.ts";
import { readVisitor } from "../../guards/visitor.ts";

/** The form as it was filled in. */
const typedShape = z.object({
  operator: z.string().overwrite(writtenLines).catch(""),
  email: z.string().overwrite(writtenLine).trim().toLowerCase().catch(""),
  text: z.string().overwrite(writtenLines).catch(""),
  replaces: z
    .literal("yes")
    .optional()
    .catch(undefined)
    .transform((value) => value === "yes"),
});

const formShape = privacyShape.refine(({ text, replaces }) => !replaces || text !== "", {
  path: ["replaces"],
  message: say("Write your own text first: without it the page would be empty."),
});

export interface RefusedPrivacy {
  readonly problems: Problems;
  readonly typed: PrivacyDetails;
}

/** @returns the problem of each refused field, or undefined once saved */
export async function savePrivacy(c: WebContext): Promise<RefusedPrivacy | undefined> {
  const typed = typedShape.parse(await c.req.parseBody());
  const form = formShape.safeParse(typed);
  if (!form.success) return { problems: readProblems(form.error), typed };
  const { operator, email, text } = form.data;
  const privacy = operator === "" && email === "" && text === "" ? null : form.data;
  await changeSettings(c.var.runtime, c.var.person, { privacy }, readVisitor(c).ipAddress);
  return undefined;
}
