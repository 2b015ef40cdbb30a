/** Buttons for actions on a share, each with its form. */
import type { Told } from "../../../words/words.ts";
import { Say } from "../../frame/words.tsx";

interface PressProps {
  readonly action: string;
  readonly whose: string;
  readonly isFirst?: boolean;
  readonly children: Told;
}

/** Sends an action at once. */
export function Press({ action, whose, isFirst = false, children }: PressProps) {
  return (
    <form method="post" action={action}>
      <button class={isFirst ? "button small primary" : "button small"} type="submit">
        <Say told={children} />
        <span class="unseen">{whose}</span>
      </button>
    </form>
  );
}

interface ConfirmProps {
  /** Unique, so that it stays open when the list around it is updated. */
  readonly id: string;
  readonly label: Told;
  readonly whose: string;
  readonly action: string;
  readonly answer: Told;
  readonly children: Told;
}

/** Asks for confirmation before the action is sent. */
export function Confirm({ id, label, whose, action, answer, children }: ConfirmProps) {
  return (
    <details class="confirm" id={id}>
      <summary class="button small">
        <Say told={label} />
        <span class="unseen">{whose}</span>
      </summary>
      <form method="post" action={action}>
        <p>
          <Say told={children} />
        </p>
        <button class="button small danger" type="submit">
          <Say told={answer} />
        </button>
      </form>
    </details>
  );
}
