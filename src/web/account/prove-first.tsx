/** Why something of the settings is not offered yet: whoever made the account may not be whose address it is. */
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
        {"First verify your mail address, under {you}."}
      </T>
    </p>
  );
}
