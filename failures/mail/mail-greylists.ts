import { startMailServer } from "../../test/harness/people/mail-server.ts";
import type { Failure } from "../stage/failure.ts";
import { playMail } from "../stage/mail.ts";

export const failure = {
  name: "mail-greylists",
  title: "The mail server answers 450 to everybody at first",
  play: (say) =>
    playMail(
      {
        begin: async (port) => {
          const server = await startMailServer({ port });
          server.behave({ recipient: 450 });
          return server.stop;
        },
      },
      say,
    ),
} satisfies Failure;
