/**
 * The format of a backup: lines of JSON that describe what follows, with rows in length-prefixed chunks
 * between them. The stream is compressed, and encrypted with age if wanted.
 */
import { Readable } from "node:stream";
import { Decrypter, Encrypter } from "age-encryption";
import { z } from "zod";

/** The file cannot be restored here. The message says why and what to do. */
export class BackupUnusable extends Error {
  override name = "BackupUnusable";
}

export const headShape = z.object({
  sharewell: z.literal("backup"),
  format: z.literal(1),
  version: z.string(),
  /** The newest migration that was applied. */
  migration: z.number(),
  madeAt: z.iso.datetime(),
});
export type Head = z.infer<typeof headShape>;

/** The lines that may follow the head. */
export const lineShape = z.union([
  z.object({ table: z.string(), columns: z.array(z.string()) }),
  z.object({ rows: z.number(), sha256: z.string() }),
  z.object({ picture: z.string(), of: z.enum(["public_pictures", "page_previews"]) }),
  z.object({ end: z.literal(true), tables: z.number(), pictures: z.number() }),
]);
export type Line = z.infer<typeof lineShape>;

export function toLine(content: Head | Line): Buffer {
  return Buffer.from(`${JSON.stringify(content)}\n`);
}

/** Prefixes each chunk with its length and ends with an empty one. */
export async function* toChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    yield lengthOf(chunk);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  yield lengthOf(new Uint8Array());
}

function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

/** How to encrypt a backup. */
export interface Lock {
  readonly recipients?: readonly string[];
  readonly passphrase?: string | undefined;
}

/** How to decrypt a backup. */
export interface Key {
  /** "AGE-SECRET-KEY-1…" */
  readonly identities?: readonly string[];
  readonly passphrase?: string | undefined;
}

type Bytes = AsyncIterable<Uint8Array>;
type Step = (source: Bytes) => Bytes;

/** The stream between compression and the file. @throws {BackupUnusable} if a recipient is invalid */
export function sealing({ recipients = [], passphrase }: Lock): Step {
  if (recipients.length === 0 && passphrase === undefined) return (source) => source;
  const age = new Encrypter();
  try {
    for (const recipient of recipients) age.addRecipient(recipient);
  } catch (cause) {
    throw new BackupUnusable("That is not an age recipient: recipients begin with age1.", { cause });
  }
  if (passphrase !== undefined) age.setPassphrase(passphrase);
  return async function* (source) {
    yield* await age.encrypt(toWeb(source));
  };
}

const SEALED = "age-encryption.org/v1";
const COMPRESSED = Buffer.from([0x1f, 0x8b]);

/**
 * The stream before decompression, chosen by the first bytes of the file.
 * @throws {BackupUnusable} if the file is not a backup or the key does not open it
 */
export function unsealing(start: Buffer, { identities = [], passphrase }: Key): Step {
  if (start.subarray(0, COMPRESSED.length).equals(COMPRESSED)) return (source) => source;
  if (start.toString("latin1", 0, SEALED.length) !== SEALED)
    throw new BackupUnusable("This file is not a Sharewell backup.");
  if (identities.length === 0 && passphrase === undefined)
    throw new BackupUnusable(
      "This backup is encrypted. Pass the file with its key as --identity, or the file with its passphrase as --passphrase.",
    );
  const age = new Decrypter();
  try {
    for (const identity of identities) age.addIdentity(identity);
  } catch (cause) {
    throw new BackupUnusable("The --identity file holds no age key: keys begin with AGE-SECRET-KEY-1.", {
      cause,
    });
  }
  if (passphrase !== undefined) age.addPassphrase(passphrase);
  return async function* (source) {
    yield* await age.decrypt(toWeb(source)).catch((cause: unknown) => {
      throw new BackupUnusable("This key does not open the backup: it was encrypted for another one.", {
        cause,
      });
    });
  };
}

function toWeb(source: Bytes): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(source, { objectMode: false })) as ReadableStream<Uint8Array>;
}

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

const LONGEST_LINE = 1_000_000;
const LONGEST_CHUNK = 1_000_000_000;
export const ALTERED = "This backup was changed or damaged after it was made. Use another one.";
export const CUT = "This backup is cut short: its end is missing. Use another one.";
