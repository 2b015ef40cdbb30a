/**
 * The parts of every simulated network: a Network defines the behaviour, its World holds the state.
 * Each network's main file exports a constant such as `twitterNetwork: Network<TwitterMemory>`.
 * server.ts opens the World, mounts control.ts under /_emulator and puts calls.ts (faults, latency, call log) before the routes.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import { z } from "zod";
import type { Fault, PlannedFault } from "./control/faults.ts";
import { Postponed } from "./control/postponed.ts";
import type { NetworkName } from "./networks.ts";

export { avatarUrl, originOf, pictureUrl } from "./http/addresses.ts";

/** The type of every emulator app: faults need access to the socket. */
export interface Env {
  Bindings: HttpBindings;
}

/** An account. Networks extend it with their own fields. */
export const accountSchema = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
});
export type Account = z.infer<typeof accountSchema>;

/** A picture on the timeline. The world keeps its bytes and serves them at `pictureUrl(origin, pictureId)`. */
const postMediaSchema = z.object({
  id: z.string(),
  pictureId: z.string(),
  altText: z.string(),
});
export type PostMedia = z.infer<typeof postMediaSchema>;

/** A link card, made from the linked page (cards.ts). */
export const linkCardSchema = z.object({
  /** "large": the picture fills the width; "summary": a small picture, or none, left of the text. */
  kind: z.enum(["large", "summary"]),
  url: z.string(),
  title: z.string(),
  description: z.string(),
  siteName: z.string(),
  /** Absent if the page has no usable picture. */
  picture: z
    .object({ id: z.string(), width: z.number(), height: z.number(), altText: z.string() })
    .optional(),
  /** More details on Mastodon's cards. */
  more: z
    .object({
      type: z.enum(["link", "photo", "video"]),
      authorName: z.string(),
      authorUrl: z.string(),
      publishedAt: z.iso.datetime().optional(),
    })
    .optional(),
  /** On Mastodon: the account that the page credits, if it allows the page's domain. */
  byline: z.object({ accountId: z.string() }).optional(),
});
export type LinkCard = z.infer<typeof linkCardSchema>;

/** A post. Networks extend it with their own fields. */
export const postSchema = z.object({
  id: z.string(),
  accountId: z.string(),
  /** As people write it: "ana@mastodon.localhost:4102", "@ana". */
  handle: z.string(),
  /** Exactly as it was sent. */
  text: z.string(),
  /** The page that shows the post. */
  url: z.string(),
  createdAt: z.iso.datetime(),
  deletedAt: z.iso.datetime().optional(),
  idempotencyKey: z.string().optional(),
  media: z.array(postMediaSchema),
  card: linkCardSchema.nullable(),
});
export type Post = z.infer<typeof postSchema>;

/** The minimum state of a network. It must be plain JSON, since the state file holds it. */
export interface Memory {
  accounts: Account[];
  posts: Post[];
}

export interface Network<M extends Memory> {
  readonly name: NetworkName;
  /** The display name: "X", "Mastodon". */
  readonly label: string;
  /** Validates a memory from the state file. */
  readonly memory: z.ZodType<M>;
  /** Returns a new memory with the predefined accounts. */
  begin(): M;
  /** All routes of pages and API, with an `all("*")` at the end for unknown paths. */
  routes(world: World<M>): Hono<Env>;
  /** Ends a call's access or refresh token. Ignores unknown tokens. */
  endToken(world: World<M>, token: string, how: "expired" | "revoked"): void;
  /** The network's 429 with its rate headers, or the 429 of a proxy in front of it. */
  tooManyRequests(world: World<M>, withHeaders: boolean): Response;
  /** Creates or changes the account with that name. Parses the body; a ZodError becomes a 400. */
  alterAccount(world: World<M>, body: unknown): Account;
  /** Applies a change to the network's switches, if given, and returns them. Parses it like alterAccount. */
  switches(world: World<M>, change?: unknown): unknown;
  /** Called after the clock was advanced and everything that was due has run. */
  timePassed?(world: World<M>): void;
  /** The network's own control routes, mounted under /_emulator. */
  controls?(world: World<M>): Hono<Env>;
}

/** One call that reached a network. It never holds a token, a query or a body. */
const callSchema = z.object({
  at: z.iso.datetime(),
  host: z.string(),
  method: z.string(),
  /** Method and route pattern: "POST /api/v1/statuses". */
  endpoint: z.string(),
  /** Absent if no complete answer was sent. */
  status: z.number().optional(),
  fault: z.string().optional(),
});
export type Call = z.infer<typeof callSchema>;

const pictureSchema = z.object({ mimeType: z.string(), base64: z.string() });

/** One world in the state file. */
export const savedWorldSchema = z.object({
  clockOffsetMs: z.number(),
  lastId: z.string(),
  pictures: z.record(z.string(), pictureSchema),
  memory: z.unknown(),
});
export type SavedWorld = z.infer<typeof savedWorldSchema>;

const maxCalls = 2_000;
const maxPosts = 20_000;
const maxPictures = 300;

/** Ends waiting calls when the emulator stops. */
export class EmulatorStopping extends Error {}

/** The state of one simulated network: its memory, its clock and its planned faults. */
export class World<M extends Memory> {
  memory: M;
  faults: PlannedFault[] = [];
  calls: Call[] = [];
  latencyMs = 0;
  /** How far the `Date` header of its answers is ahead; null sends none. */
  dateAheadSeconds: number | null = 0;
  /** The address where the network listens, for links from another network's host. */
  origin = "";
  /** Called after every change, so that the state can be saved. */
  onChange: () => void = () => {};
  readonly #network: Network<M>;
  readonly #closing = new AbortController();
  #clockOffsetMs = 0;
  readonly #postponed = new Postponed();
  #lastId = 0n;
  #pictures = new Map<string, z.infer<typeof pictureSchema>>();

  constructor(network: Network<M>, saved?: SavedWorld) {
    this.#network = network;
    this.memory = this.#recall(saved);
    if (!saved) return;
    this.#clockOffsetMs = saved.clockOffsetMs;
    this.#lastId = BigInt(saved.lastId);
    this.#pictures = new Map(Object.entries(saved.pictures));
  }

  /** The network's clock: real time plus its advance. */
  now(): Date {
    return new Date(Date.now() + this.#clockOffsetMs);
  }

  advance(seconds: number): void {
    this.#clockOffsetMs += seconds * 1000;
    this.#beginPostponed();
    this.#network.timePassed?.(this);
    this.changed();
  }

  /** Runs the task after so many seconds of this clock. */
  later(seconds: number, task: () => Promise<void>): void {
    this.#postponed.add(this.now().getTime() + seconds * 1000, task);
    setTimeout(() => this.#beginPostponed(), seconds * 1000 + 1).unref();
  }

  #beginPostponed(): void {
    if (!this.#closing.signal.aborted) this.#postponed.begin(this.now().getTime(), () => this.changed());
  }

  /** A decimal id that grows with time, like Mastodon's and X's. */
  nextId(): string {
    const byClock = BigInt(this.now().getTime()) << 16n;
    this.#lastId = byClock > this.#lastId ? byClock : this.#lastId + 1n;
    return String(this.#lastId);
  }

  addPost(post: M["posts"][number]): void {
    this.memory.posts.push(post);
    if (this.memory.posts.length > maxPosts) this.memory.posts.shift();
    this.changed();
  }

  /** Keeps a picture's bytes and returns its id. */
  keepPicture(mimeType: string, bytes: Uint8Array): string {
    const id = this.nextId();
    this.#pictures.set(id, { mimeType, base64: Buffer.from(bytes).toString("base64") });
    const oldest = this.#pictures.keys().next();
    if (this.#pictures.size > maxPictures && !oldest.done) this.#pictures.delete(oldest.value);
    this.changed();
    return id;
  }

  picture(id: string): { mimeType: string; bytes: Buffer<ArrayBuffer> } | undefined {
    const kept = this.#pictures.get(id);
    return kept && { mimeType: kept.mimeType, bytes: Buffer.from(kept.base64, "base64") };
  }

  /** Takes the next fault planned for this endpoint, in order. */
  takeFault(endpoint: string): Fault | undefined {
    const planned = this.faults.find((candidate) => candidate.endpoint === endpoint);
    if (!planned) return undefined;
    planned.times -= 1;
    if (planned.times === 0) this.faults = this.faults.filter((other) => other !== planned);
    return planned.fault;
  }

  logCall(call: Call): void {
    this.calls.push(call);
    if (this.calls.length > maxCalls) this.calls.shift();
  }

  /** Waits in real time. @throws {EmulatorStopping} if the emulator stops meanwhile */
  async wait(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => reject(new EmulatorStopping("The emulator is stopping."));
    this.#closing.signal.addEventListener("abort", stop, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener("abort", stop);
    }
  }

  /** Runs a task later, such as making a link card. Errors and late results are dropped. */
  inBackground(delayMs: number, task: (signal: AbortSignal) => Promise<void>): void {
    this.wait(delayMs)
      .then(() => task(this.#closing.signal))
      .then(
        () => this.changed(),
        () => {},
      );
  }

  changed(): void {
    this.onChange();
  }

  /**
   * Forgets everything: accounts, apps, tokens, posts, faults, calls, and the clock's advance.
   * @param saved the state to restore instead; ids keep growing
   */
  reset(saved?: SavedWorld): void {
    this.memory = this.#recall(saved);
    this.faults = [];
    this.calls = [];
    this.latencyMs = 0;
    this.dateAheadSeconds = 0;
    this.#postponed.clear();
    this.#clockOffsetMs = saved?.clockOffsetMs ?? 0;
    this.#pictures = new Map(Object.entries(saved?.pictures ?? {}));
    this.changed();
  }

  #recall(saved: SavedWorld | undefined): M {
    return saved === undefined ? this.#network.begin() : this.#network.memory.parse(saved.memory);
  }

  /** Returns a copy that later changes do not affect. */
  save(): SavedWorld {
    return structuredClone({
      clockOffsetMs: this.#clockOffsetMs,
      lastId: String(this.#lastId),
      pictures: Object.fromEntries(this.#pictures),
      memory: this.memory,
    });
  }

  close(): void {
    this.#closing.abort();
  }
}
