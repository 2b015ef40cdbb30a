/** `sharewell invite MAIL`: invites a person and prints the sign-up link. */
import { readConfig } from "../config/config.ts";
import { invite as inviteToSignUp } from "../people/sign-up/invitations.ts";
import { openRuntime } from "../service/runtime.ts";
import { inEnglish } from "../words/words.ts";
import { type Command, readArguments, toSettings, UsageError } from "./command.ts";
import { readMail } from "./mail-address.ts";

export const invite: Command = async (args) => {
  const { values, words } = readArguments(args, { values: ["data"], words: 1 });
  const address = readMail("invite", words);
  const runtime = await openRuntime(readConfig(toSettings(values)), { guest: true });
  try {
    const invitation = await inviteToSignUp(runtime, address);
    if ("problem" in invitation) throw new UsageError(inEnglish(invitation.problem));
    console.log(`${address} can sign up within seven days at\n${invitation.link}`);
  } finally {
    await runtime.close();
  }
};
