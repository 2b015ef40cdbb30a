/** `sharewell invite MAIL`: lets somebody sign up, and prints the link. */
import { readConfig } from "../config.ts";
import { emailShape } from "../people/details.ts";
import { invite as inviteToSignUp } from "../people/invitations.ts";
import { openRuntime } from "../runtime.ts";
import { inEnglish } from "../words/words.ts";
import { type Command, UsageError } from "./command.ts";

export const invite: Command = async ([email, ...rest]) => {
  if (email === undefined || rest.length > 0)
    throw new UsageError("Say whom: `sharewell invite alice@example.com`.");
  const address = emailShape.safeParse(email);
  if (!address.success) throw new UsageError(`"${email}" is not a mail address.`);
  const runtime = await openRuntime(readConfig(), { guest: true });
  try {
    const invitation = await inviteToSignUp(runtime, address.data);
    if ("problem" in invitation) throw new UsageError(inEnglish(invitation.problem));
    console.log(`${address.data} may sign up within seven days at\n${invitation.link}`);
  } finally {
    await runtime.close();
  }
};
