/** A connection that detects a silent server, never sends NUL characters, and always returns to its pool. */
import pg from "pg";
import { toStorableParameters } from "../storable.ts";
import { DatabaseSilent, isAway } from "./away.ts";
import type { SessionCheck } from "./session-check.ts";
import { sqlStateOf } from "./sql-state.ts";

/** How long to wait for an answer before asking the server about it, in milliseconds. */
const ASK_AFTER_MS = 2_500;
/** How long to wait if the server cannot say whether it is working on the statement, as behind a pooler, in milliseconds. */
const UNTOLD_MS = 60_000;
/** How long the server may take to close its end, in milliseconds. A silent server never does. */
const END_WITHIN_MS = 3_000;
/** SQLSTATE read_only_sql_transaction: the server is a standby, or has become one. */
const READ_ONLY = "25006";

/**
 * Limits how long the server keeps the session of a vanished client, and its locks, to a minute. Sent after connecting, since
 * poolers reject such settings in the start-up message.
 */
const SESSION = `select set_config(name, value, false) from (values
  ('idle_in_transaction_session_timeout', '60s'),
  ('tcp_keepalives_idle', '15'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')
) as wanted (name, value)`;

/** Settings that survive when the driver copies its settings. */
export interface CarefulSettings extends pg.ClientConfig {
  readonly sessions: SessionCheck;
}

/** Fails with {@link DatabaseSilent} if the server goes silent. */
export class CarefulClient extends pg.Client {
  readonly #sessions: SessionCheck | undefined;
  #unanswered = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: Partial<CarefulSettings> = {}) {
    // The driver's own timeout would return the connection to the pool while the answer may still come. The pool makes the
    // password non-enumerable, so a spread does not copy it.
    super({ ...settings, password: settings.password, query_timeout: undefined });
    this.#sessions = settings.sessions;
    const send = this.query;
    Object.assign(this, {
      query: (statement: unknown, ...rest: unknown[]) => this.#send(send, statement, rest),
    });
    // The pool only listens once the connection is set up. Without this, an earlier error would end the process.
    this.on("error", () => {});
    this.once("end", () => {
      clearTimeout(this.#timer);
      this.#sessions?.connections.delete(this);
    });
  }

  /** Closes the connection if it is idle, so that its next user does not find it dead. */
  doubt(): void {
    if (this.#unanswered === 0 && this.getTransactionStatus() === "I") this.#drop();
  }

  override connect(): Promise<pg.Client & this>;
  override connect(callback: (error?: Error) => void): void;
  override connect(callback?: (error?: Error) => void): Promise<pg.Client & this> | undefined {
    const connected = this.#connect();
    if (callback === undefined) return connected.then(() => this as pg.Client & this);
    connected.then(() => callback(), callback);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    setTimeout(() => this.#drop(), END_WITHIN_MS).unref();
    if (callback === undefined) return super.end();
    super.end(callback);
    return undefined;
  }

  async #connect(): Promise<void> {
    await super.connect();
    this.#sessions?.connections.add(this);
    await Promise.resolve(this.query(SESSION)).catch((error: unknown) => {
      // Other databases may reject these settings.
      if (isAway(error)) throw error;
    });
  }

  /** Sends the statement without NUL characters in its parameters, and watches for the answer. */
  #send(send: pg.Client["query"], statement: unknown, rest: readonly unknown[]): unknown {
    const [parameters, ...more] = rest;
    const fit = Array.isArray(parameters) ? toStorableParameters(parameters) : parameters;
    const words = [statement, fit, ...more];
    const at = words.findLastIndex((word) => typeof word === "function");
    const callback = words[at];
    if (typeof callback === "function") {
      const answered = this.#await();
      words[at] = (error: unknown, ...results: unknown[]) => {
        answered(error);
        Reflect.apply(callback, undefined, [error, ...results]);
      };
      return Reflect.apply(send, this, words);
    }
    const answer: unknown = Reflect.apply(send, this, words);
    if (!(answer instanceof Promise)) return answer;
    const answered = this.#await();
    answer.then(() => answered(undefined), answered);
    // drizzle 0.45 never releases a connection on which BEGIN failed.
    if (isBegin(statement)) answer.catch(() => this.#giveBack());
    return answer;
  }

  /** Expects one more answer. @returns a function to call when it arrives, with its error or undefined */
  #await(): (error: unknown) => void {
    this.#unanswered += 1;
    if (this.#unanswered === 1) this.#listen();
    return (error) => {
      this.#unanswered -= 1;
      clearTimeout(this.#timer);
      if (sqlStateOf(error) === READ_ONLY) this.#drop();
      else if (this.#unanswered > 0) this.#listen();
    };
  }

  #listen(): void {
    this.#since = performance.now();
    this.#lookLater();
  }

  #lookLater(): void {
    const since = this.#since;
    // If this process was frozen, an answer that arrived meanwhile is read first.
    this.#timer = setTimeout(() => setImmediate(() => void this.#look(since)), ASK_AFTER_MS);
    this.#timer.unref();
  }

  /** @param since when the statement was sent; a later statement has its own timer */
  async #look(since: number): Promise<void> {
    if (this.#unanswered === 0 || this.#since !== since) return;
    const found = await this.#sessions?.ask(Reflect.get(this, "processID"));
    // The answer has arrived meanwhile.
    if (this.#unanswered === 0 || this.#since !== since) return;
    const isTooLate = found !== "working" && performance.now() - since > UNTOLD_MS;
    if (found !== "away" && found !== "lost" && !isTooLate) return this.#lookLater();
    this.#drop();
    for (const other of this.#sessions?.connections ?? []) other.doubt();
  }

  /** Closes the connection. Everything that waits on it fails with DatabaseSilent; whether the last statement took effect is unknown. */
  #drop(): void {
    Reflect.get(this, "connection").stream.destroy(new DatabaseSilent());
  }

  #giveBack(): void {
    // Pools add `release` to the clients they hand out; `true` closes the connection.
    const release: unknown = Reflect.get(this, "release");
    if (typeof release === "function") release(true);
  }
}

function isBegin(statement: unknown): boolean {
  if (typeof statement !== "object" || statement === null || !("text" in statement)) return false;
  return /^begin\b/.test(String(statement.text));
}
