/** What was cut from a text that was too long, and the box to tick once the person has read it. */
import { T } from "../../frame/words.tsx";

interface CutTextProps {
  readonly id: string;
  /** The text before it was cut. */
  readonly whole: string;
  /** The text as it was offered, or as the person has changed it since. */
  readonly kept: string;
}

export function CutText({ id, whole, kept }: CutTextProps) {
  const start = kept.replace(/…$/, "");
  const rest = whole.startsWith(start) ? whole.slice(start.length).trim() : "";
  return (
    <div class="cut-text" id={id}>
      <p class="note doubt">
        <T>Shortened to fit. Edit it if you like.</T>
      </p>
      {rest !== "" && (
        <p class="note">
          <T>Left out:</T> <del dir="auto">{rest}</del>
        </p>
      )}
    </div>
  );
}

interface SeenBoxProps {
  /** The accounts and networks whose text was shortened. */
  readonly cut: readonly string[];
  readonly isSeen: boolean;
}

/** The browser leads there before it sends the form. */
export function SeenBox({ cut, isSeen }: SeenBoxProps) {
  return (
    <label class="seen">
      <input type="hidden" name="cut" value={cut.join(" ")} />
      <input type="checkbox" name="seen" value={cut.join(" ")} checked={isSeen} required />
      <span>
        <T number={cut.length}>
          {"{number, plural, one {I have read the shortened text} other {I have read the # shortened texts}}"}
        </T>
      </span>
    </label>
  );
}
