/** The fields that the forms of login share. */
import { PASSWORD_MINIMUM } from "../../people/details.ts";

/** How a form went: at most one sentence. */
export function Notice({ good, bad }: { good?: string | undefined; bad?: string | undefined }) {
  if (bad !== undefined) {
    return (
      <p class="notice bad" role="alert">
        {bad}
      </p>
    );
  }
  if (good === undefined) return null;
  return (
    <p class="notice good" role="status">
      {good}
    </p>
  );
}

/** Carries along where the person was going. */
export function NextField({ next }: { next: string }) {
  return <input type="hidden" name="next" value={next} />;
}

interface EmailFieldProps {
  readonly value: string;
  readonly label?: string;
  /** "off": the address is somebody else's. */
  readonly autocomplete?: "username" | "off";
  readonly readonly?: boolean;
}

export function EmailField({
  value,
  label = "Mail address",
  autocomplete = "username",
  readonly = false,
}: EmailFieldProps) {
  return (
    <label>
      {label}
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
  readonly label: string;
  readonly name: string;
  readonly autocomplete: "current-password" | "new-password";
}

export function PasswordField({ label, name, autocomplete }: PasswordFieldProps) {
  const isNew = autocomplete === "new-password";
  return (
    <label>
      {label}
      {isNew && <small>{`At least ${PASSWORD_MINIMUM} characters.`}</small>}
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
export function CodeField({ label }: { label: string }) {
  return (
    <label>
      {label}
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
