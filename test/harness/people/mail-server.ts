/** A real mail server (smtp-server) on this machine that answers as a test wants. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface MailServer {
  /** The value for SOCIAL_MAIL_URL. */
  readonly url: string;
  /**
   * The letters that it accepted, in order: the recipient, and headers and text as they came, in one line each.
   */
  readonly taken: { readonly to: string; readonly text: string }[];
  /** The number of connections. */
  connections(): number;
  /** Sets how it answers from now on. */
  behave(manner: Manner): void;
  stop(): Promise<void>;
}

/**
 * The reply code with which it refuses, and at which command; "drop": closes the connection in the middle of a
 * letter.
 */
export interface Manner {
  readonly connect?: number;
  readonly sender?: number;
  readonly recipient?: number | ((address: string) => number | undefined);
  readonly data?: number | "drop";
  readonly password?: number;
}

/** Starts the server. @param options.startTls offers TLS with a certificate that nobody can verify */
export async function startMailServer(
  options: { startTls?: boolean; port?: number } = {},
): Promise<MailServer> {
  let manner: Manner = {};
  let connections = 0;
  const taken: { to: string; text: string }[] = [];
  const sockets = new Set<Socket>();
  const refuse = (code: number | undefined) =>
    code === undefined ? undefined : Object.assign(new Error("Not now"), { responseCode: code });
  const handlers: SMTPServerOptions = {
    onConnect(_session, done) {
      connections += 1;
      done(refuse(manner.connect));
    },
    onAuth(_auth, _session, done) {
      const refusal = refuse(manner.password);
      if (refusal) done(refusal);
      else done(null, { user: "user" });
    },
    onMailFrom: (_address, _session, done) => done(refuse(manner.sender)),
    onRcptTo({ address }, _session, done) {
      const { recipient } = manner;
      done(refuse(typeof recipient === "function" ? recipient(address) : recipient));
    },
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      stream.on("end", () => {
        if (manner.data === "drop") {
          for (const socket of sockets) socket.destroy();
          return;
        }
        const refusal = refuse(manner.data);
        if (refusal === undefined)
          for (const { address } of session.envelope.rcptTo)
            taken.push({ to: address, text: text.replaceAll("=\r\n", "").replaceAll("=3D", "=") });
        done(refusal);
      });
    },
  };
  const server = new SMTPServer({
    ...handlers,
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    disabledCommands: options.startTls ? [] : ["STARTTLS"],
    closeTimeout: 1,
    logger: false,
  });
  server.on("error", () => {});
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    connections: () => connections,
    behave: (next) => {
      manner = next;
    },
    stop: () => new Promise((done) => server.close(() => done())),
  };
}
