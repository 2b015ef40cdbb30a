/** Stores the bytes of pictures in the database or in an S3-compatible bucket. */
import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { AwsClient } from "aws4fetch";

export interface PictureStore {
  /** The host of the bucket; undefined if pictures are in the database. */
  readonly host: string | undefined;
  /** Writes an object and removes it again. @throws {PictureStoreFailed} */
  check(): Promise<void>;
  /** Stores a picture. @returns what to keep in its row: the bytes, or null if they are in the bucket */
  put(key: string, picture: { readonly bytes: Uint8Array; readonly type: string }): Promise<Buffer | null>;
  /** Undefined if there is none. @param kept the bytes in its row, if any */
  get(key: string, kept: Buffer | null): Promise<Uint8Array | undefined>;
  /** Removing a missing picture succeeds. */
  remove(keys: readonly string[]): Promise<void>;
  /** Uploads a file of up to 5 GB. Only for a bucket. */
  putFile?(key: string, path: string): Promise<void>;
}

export interface BucketSettings {
  /** Including the bucket: "https://s3.example.com/pictures". */
  readonly address: URL;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
}

/** The store failed. The message names no key. */
export class PictureStoreFailed extends Error {
  override name = "PictureStoreFailed";
}

/** Opens the bucket, or stores pictures in the database without one. */
export function openPictureStore(bucket: BucketSettings | undefined): PictureStore {
  return bucket === undefined ? inDatabase : openBucket(bucket);
}

const inDatabase: PictureStore = {
  host: undefined,
  check: async () => {},
  put: async (_key, { bytes }) => Buffer.from(bytes),
  get: async (_key, kept) => kept ?? undefined,
  remove: async () => {},
};

const TIMEOUT_MS = 10_000;
/** The timeout for a whole file. */
const FILE_TIMEOUT_MS = 3_600_000;
const MOST_AT_ONCE = 20;

/** Pictures stored in the database before the bucket was configured are still read from there. */
function openBucket({ address, region, keyId, secret }: BucketSettings): PictureStore {
  const client = new AwsClient({
    accessKeyId: keyId,
    secretAccessKey: secret,
    service: "s3",
    region,
    retries: 2,
  });
  const place = `${address.href.replace(/\/$/, "")}/sharewell`;

  async function ask(key: string, init: RequestInit, withinMs = TIMEOUT_MS): Promise<Response> {
    try {
      return await client.fetch(`${place}/${key}`, { ...init, signal: AbortSignal.timeout(withinMs) });
    } catch (cause) {
      throw new PictureStoreFailed(`The picture store at ${address.host} does not answer.`, { cause });
    }
  }

  async function put(key: string, bytes: Uint8Array, type: string): Promise<void> {
    const headers = { "content-type": type };
    const answer = await ask(key, { method: "PUT", headers, body: new Uint8Array(bytes) });
    await expectGood(answer, address);
  }

  async function remove(key: string): Promise<void> {
    const answer = await ask(key, { method: "DELETE" });
    if (answer.status !== 404) await expectGood(answer, address);
  }

  return {
    host: address.host,
    async check() {
      const key = `check-${randomUUID()}`;
      await put(key, new TextEncoder().encode("Sharewell looks whether it may."), "text/plain");
      await remove(key);
    },
    async put(key, { bytes, type }) {
      await put(key, bytes, type);
      return null;
    },
    async get(key, kept) {
      if (kept !== null) return kept;
      const answer = await ask(key, { method: "GET" });
      if (answer.status === 404) {
        await answer.body?.cancel();
        return undefined;
      }
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      return await expectGood(answer, address);
    },
    async putFile(key, path) {
      // Read while it is sent.
      const body = await openAsBlob(path);
      await expectGood(await ask(key, { method: "PUT", body }, FILE_TIMEOUT_MS), address);
    },
    async remove(keys) {
      for (let from = 0; from < keys.length; from += MOST_AT_ONCE)
        await Promise.all(keys.slice(from, from + MOST_AT_ONCE).map(remove));
    },
  };
}

/** @throws {PictureStoreFailed} with the store's error code, if it gave one */
async function expectGood(answer: Response, { host }: URL): Promise<undefined> {
  const text = await answer.text();
  if (answer.ok) return;
  const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1];
  throw new PictureStoreFailed(
    `The picture store at ${host} answered ${answer.status}${code === undefined ? "" : ` (${code})`}.`,
  );
}
