/** The vault: the only place that encrypts and decrypts secrets, with a list of keys. */
import { createHmac } from "node:crypto";
import { type Decrypted, decrypt, encrypt, type FernetKey, InvalidToken, parseKey } from "./fernet.ts";

/** The setting with the keys cannot be read. The message never shows a key. */
export class KeyringError extends Error {
  override name = "KeyringError";
}

/** The first key encrypts; all of them decrypt. */
export type Keyring = readonly [FernetKey, ...FernetKey[]];

export interface Vault {
  encrypt(plaintext: string): string;
  /** @throws {InvalidToken} when no key can decrypt it */
  decrypt(ciphertext: string): string;
  /** Whether any key can decrypt it. */
  canOpen(ciphertext: string): boolean;
  /** Names by which processes recognize a common key; they reveal nothing about it. */
  keyNames(): readonly string[];
  /** Whether it is encrypted under the first key. */
  isCurrent(ciphertext: string): boolean;
  /**
   * Re-encrypts under the first key, keeping the time of encryption.
   * @throws {InvalidToken} when no key can decrypt it
   */
  rotate(ciphertext: string): string;
}

/** Reads the setting. @param list keys separated by commas @throws {KeyringError} naming the position of the bad key */
export function parseKeyring(list: string): Keyring {
  const [first = "", ...others] = list.split(",").map((text) => text.trim());
  const count = others.length + 1;
  return [readKey(first, 1, count), ...others.map((text, index) => readKey(text, index + 2, count))];
}

function readKey(text: string, position: number, count: number): FernetKey {
  try {
    return parseKey(text);
  } catch {
    const which = count === 1 ? "the key" : `key ${position} of ${count}`;
    const what = text === "" ? "is empty" : "is not a Fernet key";
    throw new KeyringError(
      `SOCIAL_ENCRYPTION_KEY: ${which} ${what}; make one with \`sharewell keys generate\`.`,
    );
  }
}

/** Opens the vault with these keys. */
export function openVault(keyring: Keyring): Vault {
  const [current] = keyring;
  return {
    encrypt: (plaintext) => encrypt(current, plaintext),
    decrypt: (ciphertext) => open(keyring, ciphertext).plaintext,
    canOpen: (ciphertext) => keyring.some((key) => tryKey(key, ciphertext) !== undefined),
    keyNames: () => keyring.map(nameKey),
    isCurrent: (ciphertext) => tryKey(current, ciphertext) !== undefined,
    rotate: (ciphertext) => {
      const { plaintext, writtenAt } = open(keyring, ciphertext);
      return encrypt(current, plaintext, { now: writtenAt });
    },
  };
}

/** 128 bits that can only be computed with the key, and that do not reveal it. */
function nameKey({ signing }: FernetKey): string {
  return createHmac("sha256", signing).update("the name of this key").digest("hex").slice(0, 32);
}

function open(keyring: Keyring, ciphertext: string): Decrypted {
  for (const key of keyring) {
    const decrypted = tryKey(key, ciphertext);
    if (decrypted !== undefined) return decrypted;
  }
  throw new InvalidToken();
}

function tryKey(key: FernetKey, ciphertext: string): Decrypted | undefined {
  try {
    return decrypt(key, ciphertext);
  } catch (error) {
    if (error instanceof InvalidToken) return undefined;
    throw error;
  }
}
