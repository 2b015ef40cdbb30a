/** `sharewell doctor`: runs the checks of the set-up assistant; the exit code is for scripts. */
import { styleText } from "node:util";
import { readConfig } from "../config/config.ts";
import type { Check, Verdict } from "../operation/checks/check.ts";
import { runChecks } from "../operation/checks.ts";
import { openChecksRuntime } from "../service/checks-runtime.ts";
import { inEnglish } from "../words/words.ts";
import { type Command, readArguments, toSettings } from "./command.ts";

const looks: Readonly<Record<Verdict, readonly [string, "green" | "yellow" | "red"]>> = {
  good: ["✓", "green"],
  unsure: ["?", "yellow"],
  bad: ["✗", "red"],
};

/** Sets exit code 1 if a check failed. */
export const doctor: Command = async (args) => {
  const { values, has } = readArguments(args, { values: ["data"], switches: ["json"] });
  const runtime = await openChecksRuntime(readConfig(toSettings(values)));
  try {
    const checks = await runChecks(runtime);
    if (has("json"))
      console.log(
        JSON.stringify(
          checks.map((check) => ({ ...check, what: inEnglish(check.what), words: inEnglish(check.words) })),
          undefined,
          2,
        ),
      );
    else print(checks);
    if (checks.some(({ verdict }) => verdict === "bad")) process.exitCode = 1;
  } finally {
    await runtime.close();
  }
};

function print(checks: readonly Check[]): void {
  const lines = checks.map(({ what, verdict, words }) => ({
    ...{ verdict },
    what: inEnglish(what),
    words: inEnglish(words),
  }));
  const width = Math.max(...lines.map(({ what }) => what.length));
  for (const { what, verdict, words } of lines) {
    const [sign, colour] = looks[verdict];
    console.log(`${styleText(colour, sign)} ${what.padEnd(width)}  ${words}`);
  }
  const wrong = checks.filter(({ verdict }) => verdict === "bad").length;
  console.log(
    wrong === 0 ? "\nNothing is wrong." : `\n${wrong === 1 ? "One thing is" : `${wrong} things are`} wrong.`,
  );
}
