import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createMailer, MailError } from "../../../src/people/mail/mail.ts";

const letter = {
  to: "ana@example.com",
  subject: "Grüße",
  text: `A link:\n\nhttps://share.example.com/?next=${"x".repeat(2_000)}`,
};

test("a letter reaches the mail server whole", async () => {
  const { port, received } = await startMailServer("accept");
  const mailer = createMailer({
    mailUrl: `smtp://127.0.0.1:${port}`,
    mailFrom: "Sharewell <share@example.com>",
  });
  await mailer.send(letter);
  const text = received().replaceAll("=\r\n", "").replaceAll("=3D", "=");
  expect(text).toContain("RCPT TO:<ana@example.com>");
  expect(text).toContain("From: Sharewell <share@example.com>");
  expect(text).toContain(`https://share.example.com/?next=${"x".repeat(2_000)}`);
});

test("a mail server that refuses is told without its words, the letter or the password", async () => {
  const { port } = await startMailServer("refuse");
  const mailer = createMailer({
    mailUrl: `smtp://user:hunter22@127.0.0.1:${port}`,
    mailFrom: "share@example.com",
  });
  const error = await mailer.send(letter).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MailError);
  expect(String(error)).toBe("MailError: The mail server did not take the letter (EPROTOCOL 554).");
});

test("a mail server that is not there is an error, too", async () => {
  const { port, close } = await startMailServer("accept");
  await close();
  const mailer = createMailer({ mailUrl: `smtp://127.0.0.1:${port}`, mailFrom: "share@example.com" });
  await expect(mailer.send(letter)).rejects.toThrow(MailError);
});

test("without a mail server there is no mail", async () => {
  const mailer = createMailer({ mailUrl: undefined, mailFrom: "share@example.com" });
  expect(mailer.available).toBe(false);
  await expect(mailer.send(letter)).rejects.toThrow("set SOCIAL_MAIL_URL");
});

/** A minimal SMTP server (RFC 5321). */
async function startMailServer(manner: "accept" | "refuse") {
  let text = "";
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let inLetter = false;
    socket.write(manner === "accept" ? "220 hello\r\n" : "554 go away, hunter22\r\n");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
      if (inLetter && !text.endsWith("\r\n.\r\n")) return;
      if (/^DATA\r\n$/m.test(chunk.toString("utf8"))) {
        inLetter = true;
        socket.write("354 go on\r\n");
        return;
      }
      inLetter = false;
      socket.write(text.endsWith("QUIT\r\n") ? "221 bye\r\n" : "250 fine\r\n");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () =>
    new Promise<void>((done) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => done());
    });
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, received: () => text, close };
}
