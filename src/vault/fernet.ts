/** Fernet, exactly as specified: AES-128-CBC under an HMAC-SHA256, with the time of writing. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A ciphertext that this key cannot read: another key's, damaged, or too old. Says no more on purpose. */
export class InvalidToken extends Error {
  override name = "InvalidToken";

  constructor() {
    super("The ciphertext is not valid under this key.");
  }
}

/** The text is not a Fernet key. */
export class InvalidKey extends Error {
  override name = "InvalidKey";

  constructor() {
    super("A Fernet key is 32 bytes in URL-safe base64, 44 characters.");
  }
}

export interface FernetKey {
  readonly signing: Buffer;
  readonly encryption: Buffer;
}

const VERSION = 0x80;
const IV_BYTES = 16;
const HEADER_BYTES = 9 + IV_BYTES;
const HMAC_BYTES = 32;
/** How far a writer's clock may be ahead of ours, in seconds: the specification's own figure. */
const MAX_CLOCK_SKEW = 60;

export function generateKey(): string {
  return encode(randomBytes(32));
}

/** @throws {InvalidKey} */
export function parseKey(text: string): FernetKey {
  const bytes = decode(text);
  if (bytes?.length !== 32) throw new InvalidKey();
  return { signing: bytes.subarray(0, 16), encryption: bytes.subarray(16) };
}

/** @param at when it is written, and with which bytes: only what re-encrypts or tests says so */
export function encrypt(key: FernetKey, plaintext: string, at: { now?: Date; iv?: Buffer } = {}): string {
  const iv = at.iv ?? randomBytes(IV_BYTES);
  const header = Buffer.alloc(9);
  header.writeUInt8(VERSION);
  header.writeBigUInt64BE(BigInt(Math.floor((at.now ?? new Date()).getTime() / 1_000)), 1);
  const cipher = createCipheriv("aes-128-cbc", key.encryption, iv);
  const signed = Buffer.concat([header, iv, cipher.update(plaintext, "utf8"), cipher.final()]);
  return encode(Buffer.concat([signed, sign(key, signed)]));
}

export interface Decrypted {
  readonly plaintext: string;
  readonly writtenAt: Date;
}

/**
 * @param limits with `ttlSeconds`, older ciphertexts and those from the future are refused
 * @throws {InvalidToken}
 */
export function decrypt(
  key: FernetKey,
  token: string,
  limits: { ttlSeconds?: number; now?: Date } = {},
): Decrypted {
  const bytes = decode(token);
  const cipherLength = (bytes?.length ?? 0) - HEADER_BYTES - HMAC_BYTES;
  if (bytes === undefined || bytes[0] !== VERSION || cipherLength < 16 || cipherLength % 16 !== 0)
    throw new InvalidToken();
  const signed = bytes.subarray(0, -HMAC_BYTES);
  if (!timingSafeEqual(sign(key, signed), bytes.subarray(-HMAC_BYTES))) throw new InvalidToken();

  const writtenAt = Number(bytes.readBigUInt64BE(1));
  if (limits.ttlSeconds !== undefined) {
    const now = Math.floor((limits.now ?? new Date()).getTime() / 1_000);
    if (writtenAt + limits.ttlSeconds < now || writtenAt > now + MAX_CLOCK_SKEW) throw new InvalidToken();
  }
  try {
    const decipher = createDecipheriv("aes-128-cbc", key.encryption, bytes.subarray(9, HEADER_BYTES));
    const plaintext = Buffer.concat([decipher.update(signed.subarray(HEADER_BYTES)), decipher.final()]);
    return { plaintext: plaintext.toString("utf8"), writtenAt: new Date(writtenAt * 1_000) };
  } catch {
    throw new InvalidToken();
  }
}

function sign(key: FernetKey, bytes: Buffer): Buffer {
  return createHmac("sha256", key.signing).update(bytes).digest();
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** Strict: Node's own decoder skips what it does not understand. */
function decode(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9_-]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, "base64url");
}
