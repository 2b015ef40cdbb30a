import { createServer, type Socket } from "node:net";
import type { Failure } from "../stage/failure.ts";
import { playMail } from "../stage/mail.ts";

/** Starts a server that greets and then sends nothing more. */
async function startSilent(port: number): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.write("220 mail.example.com ESMTP\r\n");
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return () =>
    new Promise((done) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => done());
    });
}

export const failure = {
  name: "mail-hangs",
  title: "The mail server greets, and then hangs, while people ask for links",
  play: (say) => playMail({ begin: startSilent }, say),
} satisfies Failure;
