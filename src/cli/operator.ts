/** `sharewell operator MAIL`: makes a person an operator, for when no operator is left. */
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
        `There is no account for ${mail}. The person has to sign up first: \`sharewell invite ${mail}\` prints a link.`,
      );
    if (made === "unproven")
      throw new UsageError(
        `The address ${mail} is not confirmed, so a stranger may have created this account. \`sharewell recover ${mail}\` prints a link that confirms it: give it to the person, then run this command again.`,
      );
    if ("problem" in made) throw new UsageError(inEnglish(made.problem));
    console.log(told[made.was](mail));
  } finally {
    await runtime.close();
  }
};

const told = {
  operator: (mail: string) => `${mail} is already an operator. Nothing was changed.`,
  person: (mail: string) => `${mail} is now an operator.`,
  blocked: (mail: string) => `${mail} was unblocked and is now an operator.`,
} as const;
