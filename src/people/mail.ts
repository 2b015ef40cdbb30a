/** Sends mail through the operator's SMTP server, or says that it cannot. */
import { mails } from "../net/meter.ts";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** False: no mail server is set, so that nothing that needs mail is offered. */
  readonly available: boolean;
  /** Signs in at the mail server, and sends nothing. @returns what it said against it, or undefined */
  check(): Promise<string | undefined>;
  /** @throws {MailError} when the letter could not be handed over in time */
  send(letter: Letter): Promise<void>;
}

/** A letter was not sent. Neither the letter nor the server's words are told: both can hold secrets. */
export class MailError extends Error {
  override name = "MailError";
}

const timeouts = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
};

export interface MailSettings {
  /** smtp://user:password@host:port; undefined: no mail is sent. */
  readonly mailUrl: string | undefined;
  readonly mailFrom: string;
}

export function createMailer({ mailUrl, mailFrom }: MailSettings): Mailer {
  if (mailUrl === undefined) {
    return {
      available: false,
      check: async () => "SOCIAL_MAIL_URL is not set",
      send: async () => {
        throw new MailError("No mail server is set: set SOCIAL_MAIL_URL.");
      },
    };
  }
  const open = async () => {
    const { createTransport } = await import("nodemailer");
    return createTransport({ url: mailUrl, ...timeouts, disableFileAccess: true, disableUrlAccess: true });
  };
  return {
    available: true,
    check: async () => {
      const transport = await open();
      try {
        await transport.verify();
        return undefined;
      } catch (error) {
        return readCode(error);
      } finally {
        transport.close();
      }
    },
    send: async ({ to, subject, text }) => {
      const transport = await open();
      try {
        await transport.sendMail({ from: mailFrom, to: { name: "", address: to }, subject, text });
        mails.add({ result: "sent" });
      } catch (cause) {
        mails.add({ result: "failed" });
        throw new MailError(`The mail server did not take the letter (${readCode(cause)}).`);
      } finally {
        transport.close();
      }
    },
  };
}

function readCode(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error ? String(error.code) : error.name;
  return "responseCode" in error && error.responseCode !== undefined
    ? `${code} ${String(error.responseCode)}`
    : code;
}
