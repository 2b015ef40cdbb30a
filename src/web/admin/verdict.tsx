/** The verdict of a check, as an icon and words. */
import type { Verdict } from "../../operation/checks/check.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Sign, type SignName } from "../frame/icons.tsx";
import { useWords } from "../frame/words.tsx";

const appearances: Readonly<
  Record<Verdict, { readonly sign: SignName; readonly tone: string; readonly said: Told }>
> = {
  good: { sign: "check", tone: "good", said: say("good") },
  unsure: { sign: "question", tone: "doubt", said: say("look at this") },
  bad: { sign: "alert", tone: "bad", said: say("wrong") },
};

/** Shows a verdict with its icon, which screen readers hear as a word. */
export function VerdictLine({ verdict, words }: { verdict: Verdict; words: Told | string }) {
  const { t } = useWords();
  const { sign, tone, said } = appearances[verdict];
  return (
    <p class={`state ${tone}`}>
      <Sign name={sign} />
      {t(words)}
      <span class="unseen">{`: ${t(said)}`}</span>
    </p>
  );
}
