/** `sharewell operator MAIL`: makes somebody operator, where nobody is left who can. */
import { readConfig } from "../config/config.ts";
import { findByAddress } from "../people/directory.ts";
import { makeOperator } from "../people/standing.ts";
import { openRuntime } from "../service/runtime.ts";
import { inEnglish } from "../words/words.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";
import { readMail } from "./mail-address.ts";

export const operator: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data"], words: 1 });
  const mail = readMail("operator", words);
  const runtime = await openRuntime(readConfig(toSettings(values)), { guest: true });
  try {
    const person = await findByAddress(runtime, mail);
    const made = person === undefined ? "not-found" : await makeOperator(runtime, person.id);
    if (made === "not-found")
      throw new UsageError(
        `Nobody here signs in as ${mail}. They sign up first: \`sharewell invite ${mail}\` prints a link.`,
      );
    if (made === "unproven")
      throw new UsageError(
        `Nobody proved that ${mail} is theirs, so that a stranger may have made this account. \`sharewell recover ${mail}\` prints a link that proves it: hand it to them, then make them operator.`,
      );
    if ("problem" in made) throw new UsageError(inEnglish(made.problem));
    console.log(told[made.was](mail));
  } finally {
    await runtime.close();
  }
};

const told = {
  operator: (mail: string) => `${mail} is operator already. Nothing was changed.`,
  person: (mail: string) => `${mail} is operator now.`,
  blocked: (mail: string) => `${mail} was blocked, is let in again, and is operator now.`,
} as const;
