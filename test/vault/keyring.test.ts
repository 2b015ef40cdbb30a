/** The vault with one key and with several. */
import { createHmac, createSecretKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { decrypt, encrypt, generateKey, InvalidToken, parseKey } from "../../src/vault/fernet.ts";
import { KeyringError, openVault, parseKeyring } from "../../src/vault/keyring.ts";
import { pythonVectors } from "./python-vectors.ts";

const [old, current, other] = [generateKey(), generateKey(), generateKey()];

describe("a vault", () => {
  test("gives back what it was given, in new ciphertext each time", () => {
    const vault = openVault(parseKeyring(current));
    const sealed = [vault.encrypt("grüße 👋"), vault.encrypt("grüße 👋"), vault.encrypt("")];
    expect(sealed.map((each) => vault.decrypt(each))).toEqual(["grüße 👋", "grüße 👋", ""]);
    expect(new Set(sealed).size).toBe(3);
  });

  test("encrypts with the first key and decrypts with all", () => {
    const before = openVault(parseKeyring(old)).encrypt("an old token");
    const vault = openVault(parseKeyring(`${current},${other},${old}`));
    expect(vault.decrypt(before)).toBe("an old token");
    expect(decrypt(parseKey(current), vault.encrypt("a new token")).plaintext).toBe("a new token");
  });

  test("tells which ciphertext still needs the old key", () => {
    const before = openVault(parseKeyring(old)).encrypt("an old token");
    const vault = openVault(parseKeyring(`${current},${old}`));
    expect([
      vault.isCurrent(before),
      vault.isCurrent(vault.encrypt("a new one")),
      vault.isCurrent("rubbish"),
    ]).toEqual([false, true, false]);
  });

  test("tells whether any of its keys fits", () => {
    const before = openVault(parseKeyring(old)).encrypt("an old token");
    const canOpen = (list: string) => openVault(parseKeyring(list)).canOpen(before);
    expect([canOpen(old), canOpen(`${current},${old}`), canOpen(`${current},${other}`)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("names its keys as every other process does, and so that the names tell nothing of them", () => {
    const bytes = Buffer.from(current, "base64url");
    const name = createHmac("sha256", bytes.subarray(0, 16)).update("the name of this key").digest("hex");
    const names = openVault(parseKeyring(`${current},${old}`)).keyNames();
    expect(names).toEqual([name.slice(0, 32), openVault(parseKeyring(old)).keyNames()[0]]);
    expect(new Set(names).size).toBe(2);
  });

  test("does not take a failure of its own for a key that does not fit", () => {
    const [key] = parseKeyring(current);
    const sealed = openVault([key]).encrypt("a token");
    const broken = openVault([{ ...key, encryption: createSecretKey(Buffer.alloc(15)) }, key]);
    for (const use of [broken.decrypt, broken.canOpen, broken.isCurrent])
      expect(() => use(sealed)).toThrow(RangeError);
  });

  test("rotates to the first key and keeps the time of writing", () => {
    const now = new Date("2025-01-02T03:04:05Z");
    const before = encrypt(parseKey(old), "an old token", { now });
    const rotated = openVault(parseKeyring(`${current},${old}`)).rotate(before);
    expect(decrypt(parseKey(current), rotated)).toEqual({ plaintext: "an old token", writtenAt: now });
  });

  test("rotates what is under the first key already, too", () => {
    const vault = openVault(parseKeyring(current));
    const sealed = vault.encrypt("a token");
    expect(vault.rotate(sealed)).not.toBe(sealed);
    expect(vault.decrypt(vault.rotate(sealed))).toBe("a token");
  });

  test("opens nothing that no key fits, and says no more than that", () => {
    const vault = openVault(parseKeyring(`${current},${other}`));
    const foreign = openVault(parseKeyring(old)).encrypt("a token");
    for (const each of [foreign, "", "rubbish", foreign.slice(1)]) {
      expect(() => vault.decrypt(each)).toThrow(InvalidToken);
      expect(() => vault.rotate(each)).toThrow("The ciphertext is not valid under this key.");
    }
  });

  test.for(
    pythonVectors.multiFernet,
  )("reads what Python's MultiFernet wrote and rotated: $name", (vector) => {
    const { keyring, token, rotated, plaintext, writtenAt } = vector;
    const vault = openVault(parseKeyring(keyring.join(",")));
    expect([vault.decrypt(token), vault.decrypt(rotated)]).toEqual([plaintext, plaintext]);
    expect([vault.isCurrent(token), vault.isCurrent(rotated)]).toEqual([false, true]);
    const ours = decrypt(parseKey(keyring[0] ?? ""), vault.rotate(token));
    expect(ours).toEqual({ plaintext, writtenAt: new Date(writtenAt * 1_000) });
  });
});

describe("a keyring", () => {
  test("may have white space around its keys", () => {
    expect(parseKeyring(`  ${current} ,\n\t${old}\n`)).toHaveLength(2);
  });

  test.for([
    ["the key is empty", ""],
    ["the key is not a Fernet key", "nonsense"],
    ["key 2 of 2 is empty", `${current},`],
    ["key 2 of 3 is empty", `${current},,${old}`],
    ["key 3 of 3 is not a Fernet key", `${current},${old},${other.slice(1)}`],
    ["the key is not a Fernet key", `${current} ${old}`],
  ] as const)("is refused in one sentence that names the position, never the key: %s", ([problem, list]) => {
    const message = complain(list);
    expect(message).toBe(`SOCIAL_ENCRYPTION_KEY: ${problem}; make one with \`sharewell keys generate\`.`);
  });

  function complain(list: string): string {
    try {
      parseKeyring(list);
      return "";
    } catch (error) {
      if (error instanceof KeyringError) {
        // The command line recognises by its name that the message is complete.
        expect(error.name).toBe("KeyringError");
        return error.message;
      }
      throw error;
    }
  }
});
