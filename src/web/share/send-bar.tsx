/** The bar with the Share button. A script keeps its label to what will happen: "Share to 7 accounts". */
import type { Child } from "hono/jsx";
import { T, useWords } from "../frame/words.tsx";

interface SendBarProps {
  /** How many accounts the page lists at most; the label is ready for each number up to it. */
  readonly accounts: number;
  /** Shown beside the button. */
  readonly children?: Child;
}

export function SendBar({ accounts, children }: SendBarProps) {
  const { t } = useWords();
  const labels = Array.from({ length: accounts + 1 }, (_, number) => tellShare(number, t));
  return (
    <div class="send">
      <button
        class="button primary"
        type="submit"
        data-now={JSON.stringify(labels)}
        data-later={t("Schedule for {time}", { time: "{time}" })}
        aria-keyshortcuts="Control+Enter Meta+Enter"
      >
        <span class="if-now">
          <T>Share</T>
        </span>
        <span class="if-later">
          <T>Schedule</T>
        </span>
      </button>
      <kbd class="quiet" hidden>
        <T>Ctrl + Enter</T>
      </kbd>
      {children}
    </div>
  );
}

/** Returns "Share to 7 accounts", or plain "Share" for none. */
export function tellShare(number: number, t: ReturnType<typeof useWords>["t"]): string {
  return t("{number, plural, =0 {Share} one {Share to # account} other {Share to # accounts}}", { number });
}
