/** A button that copies a text. submit.js shows it where the browser lets pages copy. */
import { Sign } from "./icons.tsx";
import { T, useWords } from "./words.tsx";

/** @param what names the text for screen readers */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { t } = useWords();
  return (
    <button class="button small" type="button" data-copy={text} data-copied={t("Copied")} hidden>
      <Sign name="copy" />
      <span aria-live="polite">
        <T>Copy</T>
      </span>
      <span class="unseen">{`: ${what}`}</span>
    </button>
  );
}
