/** Content identifiers: SHA-256 of a record in DAG-CBOR, or of a file's bytes, in base 32. */
import { createHash } from "node:crypto";

const codecs = { record: 0x71, file: 0x55 } as const;
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

export function cidOfRecord(record: unknown): string {
  return nameHash(codecs.record, encode(record));
}

export function cidOfFile(bytes: Uint8Array): string {
  return nameHash(codecs.file, bytes);
}

function nameHash(codec: number, bytes: Uint8Array): string {
  const hash = createHash("sha256").update(bytes).digest();
  return `b${base32(Buffer.concat([Buffer.from([1, codec, 0x12, hash.length]), hash]))}`;
}

export function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

function unbase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text) {
    value = (value << 5) | alphabet.indexOf(character);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 255);
    value &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}

/** Keys are sorted by length, then by bytes; `{"$link": …}` is a link, `{"$bytes": …}` bytes. */
function encode(value: unknown): Buffer {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return withHead(3, Buffer.from(value));
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)]);
  const entries = Object.entries(value ?? {}).filter(([, each]) => each !== undefined);
  const [[only, text] = ["", ""]] = entries;
  if (entries.length === 1 && only === "$link" && typeof text === "string")
    return Buffer.concat([
      head(6, 42),
      withHead(2, Buffer.concat([Buffer.from([0]), unbase32(text.slice(1))])),
    ]);
  if (entries.length === 1 && only === "$bytes" && typeof text === "string")
    return withHead(2, Buffer.from(text, "base64"));
  const sorted = entries
    .map(([key, each]) => [Buffer.from(key), each] as const)
    .sort(([one], [other]) => one.length - other.length || one.compare(other));
  return Buffer.concat([
    head(5, sorted.length),
    ...sorted.flatMap(([key, each]) => [withHead(3, key), encode(each)]),
  ]);
}

function withHead(major: number, bytes: Buffer): Buffer {
  return Buffer.concat([head(major, bytes.length), bytes]);
}

function head(major: number, count: number): Buffer {
  const kind = major << 5;
  if (count < 24) return Buffer.from([kind | count]);
  if (count < 0x1_00) return Buffer.from([kind | 24, count]);
  if (count < 0x1_00_00) return Buffer.from([kind | 25, count >> 8, count & 255]);
  const bytes = Buffer.alloc(count < 0x1_00_00_00_00 ? 5 : 9);
  bytes[0] = kind | (bytes.length === 5 ? 26 : 27);
  if (bytes.length === 5) bytes.writeUInt32BE(count, 1);
  else bytes.writeBigUInt64BE(BigInt(count), 1);
  return bytes;
}
