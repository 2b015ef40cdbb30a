/** A form of the settings that was not taken: it says why, and keeps what was typed. */
import type { Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";

type AccountForm = "name" | "mail" | "preferences" | "password" | "new-codes" | "end-codes";

export interface RefusedForm {
  readonly form: AccountForm;
  readonly bad: Told | undefined;
  /** Never a password. */
  readonly typed?: string;
}

/** What every part of the settings that has a form is told. */
export interface FormProps {
  readonly refused: RefusedForm | undefined;
}

/** Nothing, for every other form than the refused one. */
export function Refused({ form, refused }: FormProps & { readonly form: AccountForm }) {
  return refused?.form === form ? <Banner bad={refused.bad} /> : null;
}

/** As it was typed into this form, or undefined. */
export function typedInto(form: AccountForm, { refused }: FormProps): string | undefined {
  return refused?.form === form ? refused.typed : undefined;
}
