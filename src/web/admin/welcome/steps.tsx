/** The steps of the first operator's welcome. */
import { say } from "../../../words/words.ts";
import { Say, T } from "../../frame/words.tsx";

const steps = [say("Your account"), say("Name and look"), say("Your sites"), say("The first account")];

/** Shows all steps. @param at the index of the current one */
export function Steps({ at }: { at: number }) {
  return (
    <ol class="steps">
      {steps.map((words, index) => (
        <li class={index < at ? "done" : undefined} aria-current={index === at ? "step" : undefined}>
          <Say told={words} />
          {index < at && (
            <span class="unseen">
              <T>: done</T>
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
