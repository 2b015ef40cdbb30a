/** Fernet, exactly as specified: AES-128-CBC under an HMAC-SHA256, with the time of writing. */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/** A token that this key cannot read: another key's, damaged, or too old. Says no more on purpose. */
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

/** Key objects rather than bytes: they show nothing when printed or logged. */
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
/** How far a writer's clock may be ahead of ours, in seconds: the specification's own figure. */
const MAX_CLOCK_SKEW = 60;

export function generateKey(): string {
  return encode(randomBytes(32));
}

/** @throws {InvalidKey} */
export function parseKey(text: string): FernetKey {
  const bytes = decode(text);
  if (bytes?.length !== 32) throw new InvalidKey();
  return { signing: createSecretKey(bytes.subarray(0, 16)), encryption: createSecretKey(bytes.subarray(16)) };
}

/** @param at when it is written, and with which IV: only what re-encrypts or tests says so */
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
 * @param limits with `ttlSeconds`, tokens that are older or from the future are refused
 * @throws {InvalidToken}
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

/** Strict: Node's own decoder skips what it does not understand, so only what encodes to the same text counts. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  return encode(bytes) === text ? bytes : undefined;
}
