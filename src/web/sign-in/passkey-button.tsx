/** Signing in by a passkey: shown once the browser was asked whether it knows them. */
import { NextField } from "../frame/form.tsx";
import { Sign } from "../frame/icons.tsx";
import { useWords } from "../frame/words.tsx";

interface PasskeySignInProps {
  readonly next: string;
  /** What the button says, in the reader's words. */
  readonly label: string;
}

/** Its page loads passkey.js. */
export function PasskeySignIn({ next, label }: PasskeySignInProps) {
  const { t } = useWords();
  return (
    <form
      class="form"
      data-passkey="use"
      data-failed={t("That did not work. Try again, or sign in another way.")}
      hidden
    >
      <NextField next={next} />
      <button class="button" type="submit">
        <Sign name="key" />
        {label}
      </button>
      <p class="note bad" role="alert" hidden />
    </form>
  );
}
