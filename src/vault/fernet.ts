/**
 * Fernet as specified (github.com/fernet/spec): AES-128-CBC authenticated by HMAC-SHA256, with the time of
 * encryption.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/**
 * This key cannot decrypt the token: it belongs to another key, is damaged or too old. Does not say which, on
 * purpose.
 */
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

/** Key objects instead of bytes: they show nothing when printed or logged. */
export interface FernetKey {
  readonly signing: KeyObject;
  readonly encryption: KeyObject;
}

export interface Decrypted {
  readonly plaintext: string;
  readonly writtenAt: Date;
}

const VERSION = 0x80;
const BLOCK_BYTES = 16;
const IV_START = 9;
const CIPHERTEXT_START = IV_START + BLOCK_BYTES;
const HMAC_BYTES = 32;
/** How far the writer's clock may be ahead of ours, in seconds, as the specification says. */
const MAX_CLOCK_SKEW = 60;

/** A new random key, in URL-safe base64. */
export function generateKey(): string {
  return encode(randomBytes(32));
}

/** Reads a key of 32 bytes in URL-safe base64. @throws {InvalidKey} when the text is no such key */
export function parseKey(text: string): FernetKey {
  const bytes = decode(text);
  if (bytes?.length !== 32) throw new InvalidKey();
  return { signing: createSecretKey(bytes.subarray(0, 16)), encryption: createSecretKey(bytes.subarray(16)) };
}

/** Encrypts a text. @param at the time and the IV; only re-encryption and tests set them */
export function encrypt(key: FernetKey, plaintext: string, at: { now?: Date; iv?: Uint8Array } = {}): string {
  const iv = at.iv ?? randomBytes(BLOCK_BYTES);
  const header = Buffer.alloc(IV_START);
  header.writeUInt8(VERSION);
  header.writeBigUInt64BE(BigInt(toSeconds(at.now)), 1);
  const cipher = createCipheriv("aes-128-cbc", key.encryption, iv);
  const signed = Buffer.concat([header, iv, cipher.update(plaintext, "utf8"), cipher.final()]);
  return encode(Buffer.concat([signed, sign(key, signed)]));
}

/**
 * Decrypts a token.
 * @param limits with `ttlSeconds`, tokens that are older or from the future are refused
 * @throws {InvalidToken} when this key cannot decrypt it
 */
export function decrypt(
  key: FernetKey,
  token: string,
  limits: { ttlSeconds?: number; now?: Date } = {},
): Decrypted {
  const bytes = decode(token);
  if (bytes?.[0] !== VERSION || !holdsWholeBlocks(bytes)) throw new InvalidToken();
  const writtenAt = Number(bytes.readBigUInt64BE(1));
  if (limits.ttlSeconds !== undefined) {
    const now = toSeconds(limits.now);
    if (writtenAt + limits.ttlSeconds < now || writtenAt > now + MAX_CLOCK_SKEW) throw new InvalidToken();
  }
  const signed = bytes.subarray(0, -HMAC_BYTES);
  if (!timingSafeEqual(sign(key, signed), bytes.subarray(-HMAC_BYTES))) throw new InvalidToken();
  return { plaintext: decipher(key, signed), writtenAt: new Date(writtenAt * 1_000) };
}

function holdsWholeBlocks(token: Buffer): boolean {
  const length = token.length - CIPHERTEXT_START - HMAC_BYTES;
  return length >= BLOCK_BYTES && length % BLOCK_BYTES === 0;
}

function decipher(key: FernetKey, signed: Buffer): string {
  const iv = signed.subarray(IV_START, CIPHERTEXT_START);
  const cipher = createDecipheriv("aes-128-cbc", key.encryption, iv);
  try {
    const bytes = Buffer.concat([cipher.update(signed.subarray(CIPHERTEXT_START)), cipher.final()]);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InvalidToken();
  }
}

function sign(key: FernetKey, bytes: Buffer): Buffer {
  return createHmac("sha256", key.signing).update(bytes).digest();
}

function toSeconds(time = new Date()): number {
  return Math.floor(time.getTime() / 1_000);
}

function encode(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * Decodes strictly: Node's decoder skips characters that it does not know, so only text that encodes to itself
 * is accepted.
 */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  return encode(bytes) === text ? bytes : undefined;
}
