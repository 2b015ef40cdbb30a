/** A connection that notices when nobody answers any more, and that neither sends what the database refuses nor is lost to its pool. */
import pg from "pg";
import { DatabaseSilent, isAway } from "./away.ts";
import type { SessionCheck } from "./session-check.ts";
import { sqlStateOf } from "./sql-state.ts";
import { toStorableParameters } from "./storable.ts";

/** How long an answer may take before the server is asked about it, in milliseconds. */
const ASK_AFTER_MS = 2_500;
/** How long one may take where the server cannot tell whether it works on it, as behind a pooler, in milliseconds. */
const UNTOLD_MS = 60_000;
/** PostgreSQL's word for a server that only reads: it was the primary, or is a standby. */
const READ_ONLY = "25006";

/**
 * What the server does for a session whose client vanished without a word: it holds its locks for a minute at most. Asked
 * for after the start, since poolers refuse such settings in its first message.
 */
const SESSION = `select set_config(name, value, false) from (values
  ('idle_in_transaction_session_timeout', '60s'),
  ('tcp_keepalives_idle', '15'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3')
) as wanted (name, value)`;

/** What belongs to it in every copy of it that the driver makes. */
export interface CarefulSettings extends pg.ClientConfig {
  readonly sessions: SessionCheck;
}

export class CarefulClient extends pg.Client {
  readonly #sessions: SessionCheck | undefined;
  #unanswered = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: Partial<CarefulSettings> = {}) {
    // The driver's own limit leaves the connection with its pool, though its answer may still come. Its pool hides the password.
    super({ ...settings, password: settings.password, query_timeout: undefined });
    this.#sessions = settings.sessions;
    const send = this.query;
    Object.assign(this, {
      query: (statement: unknown, ...rest: unknown[]) => this.#send(send, statement, rest),
    });
    // Its pool listens only once it is connected and set up: an error before that, which nobody hears, would end the process.
    this.on("error", () => {});
    this.once("end", () => {
      clearTimeout(this.#timer);
      this.#sessions?.connections.delete(this);
    });
  }

  /** Gives the connection up where nobody uses it: it would be found out only by whoever uses it next. */
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

  async #connect(): Promise<void> {
    await super.connect();
    this.#sessions?.connections.add(this);
    await Promise.resolve(this.query(SESSION)).catch((error: unknown) => {
      // Other databases know other settings: what they refuse they do without.
      if (isAway(error)) throw error;
    });
  }

  /** Sends no NUL, whoever hands it in. */
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
    // Where no transaction can begin the connection goes back to its pool: drizzle 0.45 keeps it for ever.
    if (isBegin(statement)) answer.catch(() => this.#giveBack());
    return answer;
  }

  /** @returns to be called with the error of the answer, or none */
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
    // It was answered meanwhile.
    if (this.#unanswered === 0 || this.#since !== since) return;
    const isTooLate = found !== "working" && performance.now() - since > UNTOLD_MS;
    if (found !== "away" && found !== "lost" && !isTooLate) return this.#lookLater();
    this.#drop();
    for (const other of this.#sessions?.connections ?? []) other.doubt();
  }

  /** Whatever waits for an answer fails, and no pool hands it out again. What became of the last statement is not known. */
  #drop(): void {
    Reflect.get(this, "connection").stream.destroy(new DatabaseSilent());
  }

  #giveBack(): void {
    // What a pool adds to the clients that it hands out; with `true` it ends the connection.
    const release: unknown = Reflect.get(this, "release");
    if (typeof release === "function") release(true);
  }
}

function isBegin(statement: unknown): boolean {
  if (typeof statement !== "object" || statement === null || !("text" in statement)) return false;
  return /^begin\b/.test(String(statement.text));
}
