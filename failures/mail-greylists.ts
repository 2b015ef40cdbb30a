import { startMailServer } from "../test/harness/mail-server.ts";
import type { Failure } from "./failure.ts";
import { playMail } from "./mail.ts";

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
