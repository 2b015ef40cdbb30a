/** A connection that notices when the server goes silent, never sends what the database refuses, and always returns to its pool. */
import pg from "pg";
import { toStorableParameters } from "../storable.ts";
import { DatabaseSilent, isAway } from "./away.ts";
import type { SessionCheck } from "./session-check.ts";
import { sqlStateOf } from "./sql-state.ts";

/** How long an answer may take before the server is asked about it, in milliseconds. */
const ASK_AFTER_MS = 2_500;
/** How long an answer may take where the server cannot say whether it is working on it, as behind a pooler, in milliseconds. */
const UNTOLD_MS = 60_000;
/** How long the server may take to close its end, in milliseconds: one that is silent never does. */
const END_WITHIN_MS = 3_000;
/** SQLSTATE read_only_sql_transaction: the server was the primary once, or is a standby. */
const READ_ONLY = "25006";

/**
 * Bounds how long the server keeps a session, and its locks, whose client vanished: a minute. Sent after the connection
 * is made, since poolers refuse such settings in the start-up message.
 */
const SESSION = `select set_config(name, value, false) from (values
  ('idle_in_transaction_session_timeout', '60s'),
  ('tcp_keepalives_idle', '15'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')
) as wanted (name, value)`;

/** The driver copies its settings; every copy has to keep these. */
export interface CarefulSettings extends pg.ClientConfig {
  readonly sessions: SessionCheck;
}

export class CarefulClient extends pg.Client {
  readonly #sessions: SessionCheck | undefined;
  #unanswered = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: Partial<CarefulSettings> = {}) {
    // The driver's own time-out returns the connection to the pool while its answer may still come. The pool hides the password
    // from a spread.
    super({ ...settings, password: settings.password, query_timeout: undefined });
    this.#sessions = settings.sessions;
    const send = this.query;
    Object.assign(this, {
      query: (statement: unknown, ...rest: unknown[]) => this.#send(send, statement, rest),
    });
    // The pool listens only once the connection is set up: without this, an error before that would end the process.
    this.on("error", () => {});
    this.once("end", () => {
      clearTimeout(this.#timer);
      this.#sessions?.connections.delete(this);
    });
  }

  /** Closes the connection if it is idle, so that the next user does not have to find out that it is dead. */
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
      // Other databases have other settings and may refuse these.
      if (isAway(error)) throw error;
    });
  }

  /** Sends the statement without any NUL in its parameters, and watches for the answer. */
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

  /** Counts one more answer to wait for. @returns must be called once it is there, with its error or undefined */
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
    // An answer that came while this process stood still is read first.
    this.#timer = setTimeout(() => setImmediate(() => void this.#look(since)), ASK_AFTER_MS);
    this.#timer.unref();
  }

  /** @param since the moment from which its statement waits: a later one has a timer of its own, however early this one rang */
  async #look(since: number): Promise<void> {
    if (this.#unanswered === 0 || this.#since !== since) return;
    const found = await this.#sessions?.ask(Reflect.get(this, "processID"));
    // The answer came in the meantime.
    if (this.#unanswered === 0 || this.#since !== since) return;
    const isTooLate = found !== "working" && performance.now() - since > UNTOLD_MS;
    if (found !== "away" && found !== "lost" && !isTooLate) return this.#lookLater();
    this.#drop();
    for (const other of this.#sessions?.connections ?? []) other.doubt();
  }

  /** Closes the connection: all that waits on it fails with DatabaseSilent. Whether the last statement took effect is not known. */
  #drop(): void {
    Reflect.get(this, "connection").stream.destroy(new DatabaseSilent());
  }

  #giveBack(): void {
    // Pools add `release` to the clients that they hand out; `true` closes the connection.
    const release: unknown = Reflect.get(this, "release");
    if (typeof release === "function") release(true);
  }
}

function isBegin(statement: unknown): boolean {
  if (typeof statement !== "object" || statement === null || !("text" in statement)) return false;
  return /^begin\b/.test(String(statement.text));
}
