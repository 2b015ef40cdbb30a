/**
 * The format of a backup: lines of JSON that describe what follows, with rows in length-prefixed chunks between them.
 * The stream is compressed, and encrypted with age if wanted.
 */
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import { z } from "zod";

/** Only encrypted backups need it, and its 50 files would otherwise be read at each start. */
const loadAge = (): typeof import("age-encryption") => createRequire(import.meta.url)("age-encryption");

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
  z.object({ picture: z.string(), of: z.enum(["public_pictures", "page_previews", "own_pictures"]) }),
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

export type Bytes = AsyncIterable<Uint8Array>;
type Step = (source: Bytes) => Bytes;

/** The stream between compression and the file. @throws {BackupUnusable} if a recipient is invalid */
export function sealing({ recipients = [], passphrase }: Lock): Step {
  if (recipients.length === 0 && passphrase === undefined) return (source) => source;
  const { Encrypter } = loadAge();
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
  const { Decrypter } = loadAge();
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
