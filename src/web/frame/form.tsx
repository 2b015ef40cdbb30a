/** The fields that the forms of login share. */
import { PASSWORD_MINIMUM } from "../../people/details.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { useWords } from "./words.tsx";

/** Carries along where the person was going. */
export function NextField({ next }: { next: string }) {
  return <input type="hidden" name="next" value={next} />;
}

interface EmailFieldProps {
  readonly value: string;
  readonly label?: Told;
  /** "off": the address is somebody else's. */
  readonly autocomplete?: "username" | "off";
  readonly readonly?: boolean;
}

export function EmailField({
  value,
  label = say("Mail address"),
  autocomplete = "username",
  readonly = false,
}: EmailFieldProps) {
  const { t } = useWords();
  return (
    <label>
      {t(label)}
      <input
        type="email"
        name="email"
        value={value}
        autocomplete={autocomplete}
        maxlength={254}
        required
        readonly={readonly}
      />
    </label>
  );
}

interface PasswordFieldProps {
  readonly label: Told;
  readonly name: string;
  readonly autocomplete: "current-password" | "new-password";
}

export function PasswordField({ label, name, autocomplete }: PasswordFieldProps) {
  const { t } = useWords();
  const isNew = autocomplete === "new-password";
  return (
    <label>
      {t(label)}
      {isNew && <small>{t("At least {minimum} characters.", { minimum: PASSWORD_MINIMUM })}</small>}
      <input
        type="password"
        name={name}
        autocomplete={autocomplete}
        minlength={isNew ? PASSWORD_MINIMUM : undefined}
        required
      />
    </label>
  );
}

/** A code of an app, or one of those kept for when it is lost. */
export function CodeField({ label }: { label: Told }) {
  const { t } = useWords();
  return (
    <label>
      {t(label)}
      <input
        type="text"
        name="code"
        autocomplete="one-time-code"
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        maxlength={20}
        required
      />
    </label>
  );
}
