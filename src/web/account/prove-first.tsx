/** Says that a setting needs a verified email address: until then, the account may belong to a stranger. */
import { T } from "../frame/words.tsx";

export function ProveFirst() {
  return (
    <p class="note quiet">
      <T
        you={
          <a href="#profile">
            <T>You</T>
          </a>
        }
      >
        {"First verify your email address, under {you}."}
      </T>
    </p>
  );
}
