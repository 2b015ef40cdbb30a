import type { Failure } from "../stage/failure.ts";
import { playMail } from "../stage/mail.ts";

export const failure = {
  name: "mail-away",
  title: "The mail server refuses connections while people ask for links",
  play: (say) => playMail({ begin: async () => async () => {} }, say),
} satisfies Failure;
