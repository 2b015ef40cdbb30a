/** The button to sign in with a passkey, hidden until the browser has said that it supports them. */
import { NextField } from "../frame/form.tsx";
import { Sign } from "../frame/icons.tsx";
import { useWords } from "../frame/words.tsx";

interface PasskeySignInProps {
  readonly next: string;
  /** The button's label, in the reader's language. */
  readonly label: string;
}

/** The page that shows it must load passkey.js. */
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
