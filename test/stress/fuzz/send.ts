/** Sends a request exactly as written, and returns the answer. */
import { Agent, request as ask } from "node:http";
import { connect } from "node:net";
import { type FuzzRequest, madeUpAddress } from "./requests.ts";
import type { World } from "./world.ts";

export interface FuzzAnswer {
  /** 0 if the connection ended without an answer. */
  readonly status: number;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const PATIENCE_MS = 60_000;
const CUT_MS = 3_000;

export async function send(
  world: Pick<World, "port" | "cookies">,
  request: FuzzRequest,
): Promise<FuzzAnswer> {
  const cookies = [world.cookies[request.actor], ...valuesOf(request, "cookie")].filter(Boolean);
  const headers: [string, string][] = [
    ["x-forwarded-for", madeUpAddress()],
    ["origin", `http://127.0.0.1:${world.port}`],
    ...request.headers
      .filter(([name]) => name !== "cookie")
      .map(([name, value]): [string, string] => [name, value]),
    ...(cookies.length === 0 ? [] : [["cookie", cookies.join("; ")] as [string, string]]),
  ];
  const body = request.body === undefined ? undefined : Buffer.from(request.body, "base64");
  return request.cutAfter === undefined && /^[\x21-\x7e]+$/.test(request.target)
    ? await sendWhole(world.port, request, headers, body)
    : await sendPart(world.port, request, headers, body ?? Buffer.alloc(0));
}

function valuesOf(request: FuzzRequest, wanted: string): string[] {
  return request.headers.filter(([name]) => name === wanted).map(([, value]) => value);
}

function sendWhole(
  port: number,
  { method, target }: FuzzRequest,
  headers: readonly [string, string][],
  body: Buffer | undefined,
): Promise<FuzzAnswer> {
  return new Promise((done, fail) => {
    const sent = ask(
      {
        ...{ host: "127.0.0.1", port, method, path: target, agent, timeout: PATIENCE_MS },
        headers: Object.fromEntries(group(headers)),
      },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        const end = () =>
          done({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString("utf8", 0, 2_000) });
        answer.once("end", end).once("close", end);
      },
    );
    sent.once("timeout", () => sent.destroy(new Error("No answer within a minute.")));
    // A sender of too much may be disconnected before reading the refusal.
    sent.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? done({ status: 0, text: "" }) : fail(error),
    );
    sent.end(body);
  });
}

function group(headers: readonly [string, string][]): Map<string, string | string[]> {
  const grouped = new Map<string, string | string[]>();
  for (const [name, value] of headers) grouped.set(name, value);
  return grouped;
}

/** Announces the whole body and disconnects in its middle. */
function sendPart(
  port: number,
  { method, target, cutAfter = 0 }: FuzzRequest,
  headers: readonly [string, string][],
  body: Buffer,
): Promise<FuzzAnswer> {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${method} ${target} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n${lines}content-length: ${body.byteLength}\r\n\r\n`;
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    const pieces: Buffer[] = [];
    const end = () => {
      socket.destroy();
      const text = Buffer.concat(pieces).toString("latin1");
      done({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text: text.slice(0, 2_000) });
    };
    socket.setTimeout(CUT_MS, end);
    socket.on("data", (piece: Buffer) => pieces.push(piece));
    socket.once("close", end).once("error", end);
    socket.end(Buffer.concat([Buffer.from(head, "latin1"), body.subarray(0, cutAfter)]));
  });
}
