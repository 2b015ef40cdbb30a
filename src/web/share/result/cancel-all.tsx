/** Cancels everything of a request that has not gone out yet, once the person has confirmed it. */
import { T } from "../../frame/words.tsx";

interface CancelAllProps {
  readonly requestId: string;
  /** Said to screen readers after the button's text, where there are several requests on the page. */
  readonly whose?: string;
  readonly isSmall?: boolean;
}

export function CancelAll({ requestId, whose, isSmall = false }: CancelAllProps) {
  return (
    <details class="confirm" id={`cancel-all-${requestId}`}>
      <summary class={isSmall ? "button small" : "button"}>
        <T>Cancel all</T>
        {whose !== undefined && <span class="unseen">{whose}</span>}
      </summary>
      <form method="post" action={`/social/share/${requestId}/cancel/`}>
        <p>
          <T>Cancel everything that has not gone out yet?</T>
        </p>
        <button class="button small danger" type="submit">
          <T>Yes, cancel all</T>
        </button>
      </form>
    </details>
  );
}
