/**
 * What every simulated network is made of: a Network says how it behaves, its World is what it remembers.
 * One file per network exports a constant of type `Network<ItsMemory>`: `export const twitterNetwork: Network<TwitterMemory>`.
 * server.ts opens its World, puts control.ts under /_emulator and calls.ts (faults, latency, call log) before its routes.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import { z } from "zod";
import type { Fault, PlannedFault } from "./control/faults.ts";
import { Postponed } from "./control/postponed.ts";
import type { NetworkName } from "./networks.ts";

export { avatarUrl, originOf, pictureUrl } from "./http/addresses.ts";

/** Every emulator app is typed with this, so that a fault can reach the socket. */
export interface Env {
  Bindings: HttpBindings;
}

/** Someone with an account. Networks extend this with what only they know. */
export const accountSchema = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
});
export type Account = z.infer<typeof accountSchema>;

/** A picture shown on the timeline; its bytes are kept by the world and served at `pictureUrl(origin, pictureId)`. */
const postMediaSchema = z.object({
  id: z.string(),
  pictureId: z.string(),
  altText: z.string(),
});
export type PostMedia = z.infer<typeof postMediaSchema>;

/** A link card as the network made it from the page behind the link (cards.ts). */
export const linkCardSchema = z.object({
  /** "large": picture across the whole width; "summary": small picture, or none, at the left of the text. */
  kind: z.enum(["large", "summary"]),
  url: z.string(),
  title: z.string(),
  description: z.string(),
  siteName: z.string(),
  /** Absent: the page has no usable picture. */
  picture: z
    .object({ id: z.string(), width: z.number(), height: z.number(), altText: z.string() })
    .optional(),
  /** Mastodon: what else its card says. */
  more: z
    .object({
      type: z.enum(["link", "photo", "video"]),
      authorName: z.string(),
      authorUrl: z.string(),
      publishedAt: z.iso.datetime().optional(),
    })
    .optional(),
  /** Mastodon: the account that the page credits, when that account allows the page's domain. */
  byline: z.object({ accountId: z.string() }).optional(),
});
export type LinkCard = z.infer<typeof linkCardSchema>;

/** A post. Networks extend this with what only they know. */
export const postSchema = z.object({
  id: z.string(),
  accountId: z.string(),
  /** As a person would write it: "ana@mastodon.localhost:4102", "@ana". */
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

/** What a network remembers, at least. Must be plain JSON: it is kept in the state file. */
export interface Memory {
  accounts: Account[];
  posts: Post[];
}

export interface Network<M extends Memory> {
  readonly name: NetworkName;
  /** As people call it: "X", "Mastodon". */
  readonly label: string;
  /** Checks a memory that was read from the state file. */
  readonly memory: z.ZodType<M>;
  /** A new memory, with the accounts that are always there. */
  begin(): M;
  /** All routes, pages and API, and last an `all("*")` for what the network does not know. */
  routes(world: World<M>): Hono<Env>;
  /** Ends the token (access or refresh) that a call carries. An unknown token is ignored. */
  endToken(world: World<M>, token: string, how: "expired" | "revoked"): void;
  /** The network's 429, with its rate headers or as a proxy in front of it would answer. */
  tooManyRequests(world: World<M>, withHeaders: boolean): Response;
  /** Creates an account, or alters the one of that name. Parses the body itself; a ZodError becomes a 400. */
  alterAccount(world: World<M>, body: unknown): Account;
  /** The network's switches, after applying the change if one is given. Parses it itself, like alterAccount. */
  switches(world: World<M>, change?: unknown): unknown;
  /** Told when its clock was advanced: what was to happen meanwhile has happened. */
  timePassed?(world: World<M>): void;
  /** More control routes of its own, mounted under /_emulator. */
  controls?(world: World<M>): Hono<Env>;
}

/** One call that reached a network. Never holds a token, a query or a body. */
const callSchema = z.object({
  at: z.iso.datetime(),
  host: z.string(),
  method: z.string(),
  /** Route pattern with its method: "POST /api/v1/statuses". */
  endpoint: z.string(),
  /** Absent: no complete answer was sent. */
  status: z.number().optional(),
  fault: z.string().optional(),
});
export type Call = z.infer<typeof callSchema>;

const pictureSchema = z.object({ mimeType: z.string(), base64: z.string() });

/** What the state file holds of one world, beside the network's own memory. */
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

/** Ends the calls that wait while the emulator stops. */
export class EmulatorStopping extends Error {}

/** The memory of one simulated network, its clock, and what is planned to go wrong. */
export class World<M extends Memory> {
  memory: M;
  faults: PlannedFault[] = [];
  calls: Call[] = [];
  latencyMs = 0;
  /** How its servers' clocks differ from the right time, as the `Date` of their answers tells; null: they tell none. */
  dateAheadSeconds: number | null = 0;
  /** Where the network listens, for links from another network's host. */
  origin = "";
  /** Told after every change, so that the state can be saved. */
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

  /** The network's clock: real time plus what it was advanced by. */
  now(): Date {
    return new Date(Date.now() + this.#clockOffsetMs);
  }

  advance(seconds: number): void {
    this.#clockOffsetMs += seconds * 1000;
    this.#beginPostponed();
    this.#network.timePassed?.(this);
    this.changed();
  }

  /** Does something so many seconds later by this clock. */
  later(seconds: number, task: () => Promise<void>): void {
    this.#postponed.add(this.now().getTime() + seconds * 1000, task);
    setTimeout(() => this.#beginPostponed(), seconds * 1000 + 1).unref();
  }

  #beginPostponed(): void {
    if (!this.#closing.signal.aborted) this.#postponed.begin(this.now().getTime(), () => this.changed());
  }

  /** A decimal id that grows with time, as Mastodon's and X's do. */
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

  /** The next fault planned for this endpoint; each planned one is used up in order. */
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

  /** Waits in real time; rejects when the emulator stops meanwhile. */
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

  /** Does something later, such as making a link card; what fails or comes too late is dropped. */
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
   * @param saved what it remembers instead; ids go on growing all the same
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

  /** A copy, that later changes do not touch. */
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
