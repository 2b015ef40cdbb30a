/** `sharewell invite MAIL`: lets somebody sign up, and prints the link. */
import { readConfig } from "../config.ts";
import { openRuntime } from "../runtime.ts";
import { type Command, UsageError } from "./command.ts";

export const invite: Command = async ([email, ...rest]) => {
  if (email === undefined || rest.length > 0)
    throw new UsageError("Say whom: `sharewell invite alice@example.com`.");
  const runtime = await openRuntime(readConfig(), { guest: true });
  try {
    const { link } = await runtime.people.invite(email);
    console.log(`${email} may sign up within seven days at\n${link}`);
  } finally {
    await runtime.close();
  }
};
