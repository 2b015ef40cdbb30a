/** Whether a link is posted with what tells its site where readers come from. */
import { T } from "../frame/words.tsx";

export function TrackingChoice({ keep }: { keep: boolean }) {
  return (
    <label class="tracking">
      <input type="checkbox" name="tracking" value="keep" checked={keep} />
      <span>
        <T>Keep the link’s tracking</T>
        <small>
          <T>
            It carries parameters that tell its site where readers come from. They are left out otherwise.
          </T>
        </small>
      </span>
    </label>
  );
}
