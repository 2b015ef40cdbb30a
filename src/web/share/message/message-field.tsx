/** The message for all networks, with how full it is. On a phone, a tab beside it shows the previews in its place. */
import { LONGEST_MESSAGE } from "../../../sharing/requests/message-length.ts";
import { T, useWords } from "../../frame/words.tsx";
import type { Measured } from "../measure.ts";
import type { Pane } from "../share-draft.tsx";
import { MessageCounts } from "./message-counts.tsx";

interface MessageFieldProps {
  readonly message: string;
  readonly fits: readonly Measured[];
  /** The page is for writing, so that the field has the focus. */
  readonly isFocused?: boolean;
}

export function MessageField({ message, fits, isFocused = false }: MessageFieldProps) {
  const isTooLong = fits.some(({ length, limit }) => length > limit);
  return (
    <div class="message">
      <label for="message">
        <T>Message</T>
      </label>
      <textarea
        dir="auto"
        id="message"
        name="message"
        rows={4}
        maxlength={LONGEST_MESSAGE}
        placeholder={useWords().t("Optional. The link is added for you.")}
        aria-describedby="counts"
        aria-invalid={isTooLong ? "true" : undefined}
        autofocus={isFocused}
      >
        {message}
      </textarea>
      <MessageCounts fits={fits} />
    </div>
  );
}

/** The tabs of a phone, which has no room for the previews beside the message. They work without a script. */
export function PaneTabs({ shown }: { shown: Pane }) {
  const { t } = useWords();
  return (
    <div class="panes" role="radiogroup" aria-label={t("Show")}>
      <label>
        <input type="radio" name="pane" value="write" checked={shown === "write"} />
        <T>Write</T>
      </label>
      <label>
        <input type="radio" name="pane" value="preview" checked={shown === "preview"} />
        <T>Preview</T>
      </label>
    </div>
  );
}
