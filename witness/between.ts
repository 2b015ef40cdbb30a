/** A proxy between the product and a real server: it drops answers, delays requests, and records what the server accepted. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { waitFor } from "../test/harness/wait.ts";

/** What happens to the first request that publishes a text with this word. A repeat passes unchanged. */
export const troubles = {
  /** The server gets the request at once, and the answer is dropped. */
  "answer-cut": "cut",
  /** The server gets the request only after the product's timeout of 30 s. */
  "arrives-late": "hold",
  /** Like the first, with text that servers remove, mark up or escape. */
  "odd-words-cut": "cut",
} as const;

/** In seconds. Longer than the product waits for an answer. */
const HELD_SECONDS = 35;

export interface Between {
  /** Resolves when all delayed requests with this word have arrived. */
  untilArrived(word: string): Promise<void>;
  /** How many posts the server reports for the requests whose text contains this word. */
  posts(word: string): number;
  /** The request that the product published last. */
  lastAuthorization(): string;
  /** One line per publishing request: when it came, and its result. */
  readonly log: string[];
  stop(): Promise<void>;
}

interface Route {
  /** The port at which the product finds the server. */
  readonly port: number;
  /** The port at which the server really listens. */
  readonly behind: URL;
}

/** The state of the requests whose text contains a word. */
interface Told {
  readonly posts: Set<string>;
  /** Requests that have not reached the server yet, or not been answered. */
  underWay: number;
}

export async function standBetween({ port, behind }: Route): Promise<Between> {
  const words = new Map<string, Told>();
  const log: string[] = [];
  let authorization = "";
  const started = Date.now();
  const tell = (line: string) => log.push(`${((Date.now() - started) / 1_000).toFixed(1)} s: ${line}`);

  /** @returns undefined if the answer is dropped */
  const publish = async (asked: IncomingMessage, body: Buffer, word: string): Promise<There | undefined> => {
    const trouble = words.has(word) ? undefined : troubleOf(word);
    const told = words.get(word) ?? { posts: new Set<string>(), underWay: 0 };
    words.set(word, told);
    authorization = asked.headers.authorization ?? "";
    told.underWay += 1;
    try {
      if (trouble === "hold") {
        tell(`${word}: held for ${HELD_SECONDS} s`);
        await pause(HELD_SECONDS * 1_000);
      }
      const there = await pass(behind, asked, body);
      const id = there.status < 300 ? statusShape.safeParse(parse(there.body)).data?.id : undefined;
      tell(`${word}: ${there.status} ${id ?? there.body.toString("utf8").slice(0, 300)}`);
      if (id !== undefined) told.posts.add(id);
      return trouble === undefined ? there : undefined;
    } finally {
      told.underWay -= 1;
    }
  };
  const answer = async (asked: IncomingMessage, response: ServerResponse) => {
    const body = await readAll(asked);
    const publishes = asked.method === "POST" && asked.url === "/api/v1/statuses";
    const word = publishes ? findWord(body.toString("utf8")) : undefined;
    const there = await (word === undefined ? pass(behind, asked, body) : publish(asked, body, word));
    if (there === undefined) response.destroy();
    else response.writeHead(there.status, there.headers).end(there.body);
  };
  const server = createServer((asked, response) => {
    answer(asked, response).catch(() => response.destroy());
  });
  await listen(server, port);
  return {
    posts: (word) => words.get(word)?.posts.size ?? 0,
    async untilArrived(word) {
      await waitFor(`${word} to arrive`, () => (words.get(word)?.underWay ? undefined : true));
    },
    lastAuthorization: () => authorization,
    log,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const statusShape = z.object({ id: z.string() });

/** Each share has a separate page, whose address contains the word that says what happens. */
function findWord(body: string): string | undefined {
  return /witness-([a-z-]+)-[a-z]+/.exec(body)?.[0];
}

function troubleOf(word: string): "cut" | "hold" | undefined {
  return Object.entries(troubles).find(([name]) => word.startsWith(`witness-${name}-`))?.[1];
}

interface There {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Forwards the request unchanged, with its Host header, which the server takes for its name. */
function pass(behind: URL, asked: IncomingMessage, body: Buffer): Promise<There> {
  const { "transfer-encoding": _, connection: __, ...headers } = asked.headers;
  return new Promise((done, failed) => {
    const { hostname, port } = behind;
    const { method, url: path } = asked;
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      const { "transfer-encoding": _, connection: __, ...headers } = answer.headers;
      readAll(answer).then((body) => done({ status: answer.statusCode ?? 502, headers, body }), failed);
    });
    sent.once("error", failed).end(body);
  });
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed).listen(port, "localhost", () => done());
  });
}
