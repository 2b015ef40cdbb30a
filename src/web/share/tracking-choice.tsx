/** The choice to keep the tracking parameters in the link. */
import { T } from "../frame/words.tsx";

export function TrackingChoice({ keep }: { keep: boolean }) {
  return (
    <label class="tracking">
      <input type="checkbox" name="tracking" value="keep" checked={keep} />
      <span>
        <T>Keep the link’s tracking parameters</T>
        <small>
          <T>They tell the site where its readers come from. We remove them otherwise.</T>
        </small>
      </span>
    </label>
  );
}
