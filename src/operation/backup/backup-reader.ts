/** Reads the stream of a backup line by line and chunk by chunk. */
import { BackupUnusable, type Bytes } from "./backup-stream.ts";

const LONGEST_LINE = 1_000_000;
const LONGEST_CHUNK = 1_000_000_000;

/** Reads a backup line by line and chunk by chunk. */
export class BackupReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest = Buffer.alloc(0);

  constructor(source: Bytes) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line, parsed. @throws {BackupUnusable} */
  async line(): Promise<unknown> {
    for (let from = 0; ; ) {
      const end = this.#rest.indexOf(0x0a, from);
      if (end !== -1) {
        const text = this.#take(end + 1).toString("utf8");
        try {
          return JSON.parse(text);
        } catch (cause) {
          throw new BackupUnusable(ALTERED, { cause });
        }
      }
      if (this.#rest.length > LONGEST_LINE) throw new BackupUnusable(ALTERED);
      from = this.#rest.length;
      await this.#more();
    }
  }

  /** The chunks up to the empty one. @throws {BackupUnusable} */
  async *chunks(): AsyncIterable<Buffer> {
    for (;;) {
      const length = (await this.#bytes(4)).readUInt32BE();
      if (length > LONGEST_CHUNK) throw new BackupUnusable(ALTERED);
      if (length === 0) return;
      yield await this.#bytes(length);
    }
  }

  /** Expects the end of the stream. @throws {BackupUnusable} if anything follows */
  async end(): Promise<void> {
    if (this.#rest.length > 0 || !(await this.#source.next()).done) throw new BackupUnusable(ALTERED);
  }

  async #bytes(length: number): Promise<Buffer> {
    while (this.#rest.length < length) await this.#more();
    return this.#take(length);
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) throw new BackupUnusable(CUT);
    this.#rest = Buffer.concat([this.#rest, value]);
  }
}

export const ALTERED = "This backup was changed or damaged after it was made. Use another one.";
export const CUT = "This backup is cut short: its end is missing. Use another one.";
