/** Sends email through the operator's SMTP server. */
import { z } from "zod";
import { mails } from "../../net/meter.ts";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** Whether a mail server is set; without one nothing that needs email is offered. */
  readonly available: boolean;
  /** Signs in at the mail server without sending anything. @returns the code of the failure, or undefined */
  check(): Promise<string | undefined>;
  /** @throws {MailError} when the letter could not be handed over in time */
  send(letter: Letter): Promise<void>;
}

/**
 * Why a letter was not sent. "letter": the server refuses it for good. "letter, for now": the server refuses it
 * for now. "server": the server accepts no letter at present.
 */
export type MailObstacle = "letter" | "letter, for now" | "server";

/**
 * A letter was not sent. The error contains neither the letter nor the server's message, since both can hold
 * secrets.
 */
export class MailError extends Error {
  override name = "MailError";
  /** The codes of nodemailer and of the server: "EENVELOPE 450". */
  readonly code: string;
  readonly obstacle: MailObstacle;

  constructor(message: string, { code, obstacle }: { code: string; obstacle: MailObstacle }) {
    super(message);
    this.code = code;
    this.obstacle = obstacle;
  }
}

const timeouts = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
};

/** The limit for sending one letter, in milliseconds. */
export const SEND_WITHIN_MS = 60_000;

export interface MailSettings {
  /** smtp://user:password@host:port; undefined: no email is sent. */
  readonly mailUrl: string | undefined;
  readonly mailFrom: string;
}

/** Creates the mailer; without a mail server it sends nothing and says so. @throws {MailError} from `send` */
export function createMailer({ mailUrl, mailFrom }: MailSettings): Mailer {
  if (mailUrl === undefined) {
    return {
      available: false,
      check: async () => "SOCIAL_MAIL_URL is not set",
      send: async () => {
        const message = "No mail server is set: set SOCIAL_MAIL_URL.";
        throw new MailError(message, { code: "none", obstacle: "server" });
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
        const signal = AbortSignal.timeout(SEND_WITHIN_MS);
        await transport.sendMail({ from: mailFrom, to: { name: "", address: to }, subject, text, signal });
        mails.add({ result: "sent" });
      } catch (cause) {
        mails.add({ result: "failed" });
        const code = readCode(cause);
        const message = `The mail server did not take the letter (${code}).`;
        throw new MailError(message, { code, obstacle: findObstacle(cause) });
      } finally {
        transport.close();
      }
    },
  };
}

/**
 * Classifies a failure by the class of the reply (RFC 5321, 4.2.1) and the command that it answers. Only
 * replies about the recipient or the text concern this letter; a refused sender, password or greeting concerns
 * every letter.
 */
function findObstacle(error: unknown): MailObstacle {
  const { code, responseCode = 0, command = "" } = replyShape.safeParse(error).data ?? {};
  // 421: the server closes the connection, whatever the command was. 503: it lost track of the commands.
  if (responseCode === 421 || responseCode === 503) return "server";
  if (command === "RCPT TO" || command === "DATA")
    return responseCode >= 500 ? "letter" : responseCode >= 400 ? "letter, for now" : "server";
  // nodemailer found it before any reply: an invalid address, or a text that is too large.
  const isOurs = responseCode === 0 && (code === "EENVELOPE" || code === "EMESSAGE");
  return isOurs ? "letter" : "server";
}

const replyShape = z.looseObject({
  code: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
});

function readCode(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error ? String(error.code) : error.name;
  return "responseCode" in error && error.responseCode !== undefined
    ? `${code} ${String(error.responseCode)}`
    : code;
}
