/** The message for all networks, with the characters left on each. */
import { LONGEST_MESSAGE } from "../../sharing/requests/message-length.ts";
import { T } from "../frame/words.tsx";
import type { Measured } from "./measure.ts";
import { MessageCounts } from "./message-counts.tsx";

interface MessageFieldProps {
  readonly message: string;
  readonly fits: readonly Measured[];
}

export function MessageField({ message, fits }: MessageFieldProps) {
  const isTooLong = fits.some(({ length, limit }) => length > limit);
  return (
    <div class="message">
      <label for="message">
        <T>Message</T>
      </label>
      <p class="quiet" id="message-hint">
        <T>Optional. The link is added for you.</T>
      </p>
      <textarea
        dir="auto"
        id="message"
        name="message"
        rows={4}
        maxlength={LONGEST_MESSAGE}
        aria-describedby="message-hint counts"
        aria-invalid={isTooLong ? "true" : undefined}
      >
        {message}
      </textarea>
      <MessageCounts fits={fits} />
    </div>
  );
}
