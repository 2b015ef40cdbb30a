/** Fields that several forms use. */
import { PASSWORD_MINIMUM } from "../../people/details.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { useWords } from "./words.tsx";

/** Keeps the path to continue to after signing in. */
export function NextField({ next }: { next: string }) {
  return <input type="hidden" name="next" value={next} />;
}

interface EmailFieldProps {
  readonly value: string;
  readonly label?: Told;
  /** "off" where the address is another person's. */
  readonly autocomplete?: "username" | "off";
  readonly readonly?: boolean;
  /** The page is for this field. */
  readonly isFocused?: boolean;
}

/** An e-mail address. */
export function EmailField({
  value,
  label = say("Email address"),
  autocomplete = "username",
  readonly = false,
  isFocused = false,
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
        autofocus={isFocused}
      />
    </label>
  );
}

interface PasswordFieldProps {
  readonly label: Told;
  readonly name: string;
  readonly autocomplete: "current-password" | "new-password";
}

/** A password; a new one comes with the rule for its length. */
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

/** Accepts a code from an authenticator app, or a recovery code. */
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
