/** The buttons that do something about a share, each the form that it sends. */
import type { Told } from "../../../words/words.ts";
import { Say } from "../../frame/words.tsx";

interface PressProps {
  readonly action: string;
  readonly whose: string;
  readonly isFirst?: boolean;
  readonly children: Told;
}

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
  /** Of its own, so that it stays unfolded only as what it was. */
  readonly id: string;
  readonly label: Told;
  readonly whose: string;
  readonly action: string;
  readonly answer: Told;
  readonly children: Told;
}

/** Asked once more before it is done. */
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
