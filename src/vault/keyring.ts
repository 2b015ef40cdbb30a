/** The vault: the only place that turns tokens into ciphertext and back, with a list of keys. */
import { type Decrypted, decrypt, encrypt, type FernetKey, InvalidToken, parseKey } from "./fernet.ts";

/** The keyring in the settings cannot be read. Never shows a key. */
export class KeyringError extends Error {
  override name = "KeyringError";
}

/** The first key encrypts, all decrypt. */
export type Keyring = readonly [FernetKey, ...FernetKey[]];

export interface Vault {
  encrypt(plaintext: string): string;
  /** @throws {InvalidToken} when no key fits */
  decrypt(ciphertext: string): string;
  /** Is it under the first key already? */
  isCurrent(ciphertext: string): boolean;
  /** The same text, written at the same time, under the first key. @throws {InvalidToken} when no key fits */
  rotate(ciphertext: string): string;
}

/** @param list keys separated by commas @throws {KeyringError} naming the position of what is wrong */
export function parseKeyring(list: string): Keyring {
  const [first, ...others] = list.split(",").map((text, index) => {
    try {
      return parseKey(text.trim());
    } catch {
      throw new KeyringError(
        `SOCIAL_ENCRYPTION_KEY: key ${index + 1} is not a Fernet key. Make one with \`sharewell keys generate\`; separate several with commas.`,
      );
    }
  });
  if (first === undefined)
    throw new KeyringError("SOCIAL_ENCRYPTION_KEY is empty: make a key with `sharewell keys generate`.");
  return [first, ...others];
}

export function openVault(keyring: Keyring): Vault {
  const [current] = keyring;
  return {
    encrypt: (plaintext) => encrypt(current, plaintext),
    decrypt: (ciphertext) => open(keyring, ciphertext).plaintext,
    isCurrent: (ciphertext) => fits(current, ciphertext),
    rotate: (ciphertext) => {
      const { plaintext, writtenAt } = open(keyring, ciphertext);
      return encrypt(current, plaintext, { now: writtenAt });
    },
  };
}

function open(keyring: Keyring, ciphertext: string): Decrypted {
  for (const key of keyring) if (fits(key, ciphertext)) return decrypt(key, ciphertext);
  throw new InvalidToken();
}

function fits(key: FernetKey, ciphertext: string): boolean {
  try {
    decrypt(key, ciphertext);
    return true;
  } catch {
    return false;
  }
}
