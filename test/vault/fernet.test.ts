/** Fernet passes its specification's vectors and reads what Python's `cryptography` writes. */
import { createCipheriv, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { decrypt, encrypt, generateKey, InvalidKey, InvalidToken, parseKey } from "../../src/vault/fernet.ts";
import { pythonVectors } from "./python-vectors.ts";

const specShape = z.array(
  z.object({
    token: z.string(),
    now: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    secret: z.string(),
    src: z.string().default(""),
    iv: z.array(z.number()).default([]),
    ttl_sec: z.number().default(60),
    desc: z.string().default(""),
  }),
);

function readSpec(file: "generate" | "verify" | "invalid"): z.infer<typeof specShape> {
  return specShape.parse(JSON.parse(readFileSync(new URL(`vectors/${file}.json`, import.meta.url), "utf8")));
}

describe("the specification's vectors", () => {
  test.for(readSpec("generate"))("writes exactly the token for $src", ({ token, now, secret, src, iv }) => {
    expect(encrypt(parseKey(secret), src, { now, iv: Uint8Array.from(iv) })).toBe(token);
  });

  test.for(readSpec("verify"))("reads the token for $src within its time", (vector) => {
    const { token, now, secret, src, ttl_sec: ttlSeconds } = vector;
    expect(decrypt(parseKey(secret), token, { now, ttlSeconds }).plaintext).toBe(src);
  });

  test.for(readSpec("invalid"))("refuses a token with $desc", (vector) => {
    const { token, now, secret, ttl_sec: ttlSeconds } = vector;
    expect(() => decrypt(parseKey(secret), token, { now, ttlSeconds })).toThrow(InvalidToken);
  });

  test("holds all of them", () => {
    expect([readSpec("generate").length, readSpec("verify").length, readSpec("invalid").length]).toEqual([
      1, 1, 11,
    ]);
  });
});

describe("Python's cryptography", () => {
  test.for(pythonVectors.fernet)("is understood: $name", ({ key, token, plaintext, writtenAt }) => {
    expect(decrypt(parseKey(key), token)).toEqual({ plaintext, writtenAt: new Date(writtenAt * 1_000) });
  });

  test.for(pythonVectors.fernet)("would have written the same: $name", ({
    key,
    token,
    plaintext,
    writtenAt,
  }) => {
    const iv = Buffer.from(token, "base64url").subarray(9, 25);
    expect(encrypt(parseKey(key), plaintext, { now: new Date(writtenAt * 1_000), iv })).toBe(token);
  });
});

describe("a text", () => {
  test("keeps a byte order mark that a text begins with", () => {
    const key = parseKey(generateKey());
    expect(decrypt(key, encrypt(key, "\uFEFFhello")).plaintext).toBe("\uFEFFhello");
  });

  test("is refused where the key's holder wrote bytes that are no text", () => {
    const key = parseKey(generateKey());
    const iv = Buffer.alloc(16);
    const cipher = createCipheriv("aes-128-cbc", key.encryption, iv);
    const header = Buffer.from("800000000000000000", "hex");
    const signed = Buffer.concat([header, iv, cipher.update(Buffer.from([0xff])), cipher.final()]);
    const token = Buffer.concat([signed, createHmac("sha256", key.signing).update(signed).digest()]);
    expect(() => decrypt(key, cut(token.toString("base64url")))).toThrow(InvalidToken);
  });
});

describe("time", () => {
  const key = parseKey(generateKey());
  const now = new Date("2026-03-12T10:00:00.999Z");
  const token = encrypt(key, "hello", { now });
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

  test("does not matter where no age is asked for", () => {
    expect(decrypt(key, token, { now: later(-86_400) }).plaintext).toBe("hello");
    expect(decrypt(key, token, { now: later(86_400 * 3_650) }).plaintext).toBe("hello");
  });

  test("ends a token one second after its age", () => {
    expect(decrypt(key, token, { ttlSeconds: 60, now: later(60) }).plaintext).toBe("hello");
    expect(() => decrypt(key, token, { ttlSeconds: 60, now: later(61) })).toThrow(InvalidToken);
  });

  test("may be ahead by a minute at the writer's", () => {
    expect(decrypt(key, token, { ttlSeconds: 60, now: later(-60) }).plaintext).toBe("hello");
    expect(() => decrypt(key, token, { ttlSeconds: 60, now: later(-61) })).toThrow(InvalidToken);
  });
});

describe("what was tampered with", () => {
  const text = generateKey();
  const key = parseKey(text);
  const token = encrypt(key, "a person's access token");

  test("is refused, whichever bit was turned", () => {
    const bytes = Buffer.from(token, "base64url");
    const opened = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const turned = Buffer.from(bytes);
      turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return reads(turned.toString("base64").replaceAll("+", "-").replaceAll("/", "_"));
    });
    expect(opened).not.toContain(true);
  });

  test.for([
    ["nothing", ""],
    ["no padding", token.replace(/=+$/, "")],
    ["a line break at the end", `${token}\n`],
    ["a space before it", ` ${token}`],
    ["ordinary base64", Buffer.from(token, "base64url").toString("base64").replace(/^./, "+")],
    ["unused bits that are set", spoilUnusedBits(token)],
    ["its last byte missing", cut(token, -1)],
    ["only a version", "gA=="],
    ["a version, a time and an IV, but no block", cut(token, 25)],
  ] as const)("is refused: %s", ([, spoilt]) => {
    expect(reads(spoilt)).toBe(false);
  });

  test("is refused under another key", () => {
    const refuse = () => decrypt(parseKey(generateKey()), token);
    expect(refuse).toThrow(InvalidToken);
    expect(refuse).toThrow(expect.objectContaining({ name: "InvalidToken" }));
  });

  function reads(candidate: string): boolean {
    try {
      decrypt(key, candidate);
      return true;
    } catch (error) {
      if (error instanceof InvalidToken) return false;
      throw error;
    }
  }
});

describe("keys", () => {
  test("are 32 random bytes in 44 characters", () => {
    const made = Array.from({ length: 50 }, generateKey);
    expect(new Set(made).size).toBe(50);
    expect(made.every((key) => /^[\w-]{43}=$/.test(key))).toBe(true);
  });

  test.for([
    ["nothing", ""],
    ["a word", "short"],
    ["no padding", generateKey().slice(0, -1)],
    ["too much padding", `${generateKey()}=`],
    ["a space", ` ${generateKey()}`],
    ["31 bytes", Buffer.alloc(31).toString("base64")],
    ["33 bytes", Buffer.alloc(33).toString("base64")],
    ["ordinary base64", Buffer.alloc(32, 0xff).toString("base64")],
    ["hexadecimal", Buffer.alloc(32).toString("hex")],
  ] as const)("are refused when they are not that: %s", ([, text]) => {
    const parse = () => parseKey(text);
    expect(parse).toThrow(InvalidKey);
    expect(parse).toThrow(
      expect.objectContaining({
        name: "InvalidKey",
        message: "A Fernet key is 32 bytes in URL-safe base64, 44 characters.",
      }),
    );
  });

  test("never show in an error or a print", () => {
    const text = generateKey();
    const shown = [
      inspect(parseKey(text), { depth: 9, showHidden: true }),
      JSON.stringify(parseKey(text)),
      complain(text),
    ];
    const bytes = Buffer.from(text, "base64url");
    for (const secret of [
      text.slice(0, 8),
      bytes.toString("hex").slice(0, 8),
      [...bytes.subarray(0, 4)].join(","),
    ]) {
      expect(shown.join("\n")).not.toContain(secret);
    }
  });

  function complain(text: string): string {
    try {
      parseKey(`${text}x`);
      return "";
    } catch (error) {
      return inspect(error);
    }
  }
});

function cut(token: string, end?: number): string {
  return Buffer.from(token, "base64url")
    .subarray(0, end)
    .toString("base64")
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** Another base64 spelling of the same bytes: bits before the padding are unused. */
function spoilUnusedBits(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const padding = /=+$/.exec(token)?.[0] ?? "";
  const body = token.slice(0, token.length - padding.length);
  const last = alphabet.indexOf(body.slice(-1));
  return `${body.slice(0, -1)}${alphabet.charAt(last + 1)}${padding}`;
}
