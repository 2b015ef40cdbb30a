/** A settings form that was refused: shows why, and keeps what was typed. */
import type { Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";

type AccountForm = "name" | "mail" | "preferences" | "password" | "new-codes" | "end-codes";

export interface RefusedForm {
  readonly form: AccountForm;
  readonly bad: Told | undefined;
  /** What was typed; never a password. */
  readonly typed?: string;
}

/** Props of every settings section that has a form. */
export interface FormProps {
  readonly refused: RefusedForm | undefined;
}

/** The error message, if this form is the refused one. */
export function Refused({ form, refused }: FormProps & { readonly form: AccountForm }) {
  return refused?.form === form ? <Banner bad={refused.bad} /> : null;
}

/** What was typed into this form, if it is the refused one. */
export function typedInto(form: AccountForm, { refused }: FormProps): string | undefined {
  return refused?.form === form ? refused.typed : undefined;
}
