/** A page's picture, fetched from its site and checked by what it really is. */
import { AddressRefused } from "../net/addresses.ts";

export interface FetchedPicture {
  readonly bytes: Uint8Array;
  /** Media type by content: "image/jpeg". */
  readonly type: string;
}

const LARGEST_BYTES = 10 * 1_024 * 1_024;
/** A picture of few bytes may unfold to gigabytes: more is not opened. */
const MOST_PIXELS = 50_000_000;
const TIMEOUT_MS = 10_000;

const TYPES: Readonly<Record<string, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  heif: "image/avif",
};

/** "later": its site did not answer, or not well; "unusable": what is there is no picture that we can use. */
export async function fetchPicture(
  { fetch }: { readonly fetch: typeof globalThis.fetch },
  address: string,
): Promise<FetchedPicture | "later" | "unusable"> {
  const bytes = await download(fetch, address);
  if (typeof bytes === "string") return bytes;
  const type = await readType(bytes);
  return type === undefined ? "unusable" : { bytes, type };
}

async function download(
  fetcher: typeof globalThis.fetch,
  address: string,
): Promise<Uint8Array | "later" | "unusable"> {
  try {
    const response = await fetcher(address, {
      headers: { accept: "image/*" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return response.status >= 500 || response.status === 429 ? "later" : "unusable";
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.byteLength > LARGEST_BYTES ? "unusable" : bytes;
  } catch (error) {
    return error instanceof AddressRefused ? "unusable" : "later";
  }
}

async function readType(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const picture = await openPicture(bytes);
    const { format, width, height } = await picture.metadata();
    return width * height > MOST_PIXELS ? undefined : TYPES[format];
  } catch {
    return undefined;
  }
}

/** Opens a picture that is not trusted: more pixels than we allow throw when they are read. */
export async function openPicture(bytes: Uint8Array) {
  // Loaded when first needed: it costs start-up time and memory that most shares never need.
  const { default: sharp } = await import("sharp");
  return sharp(bytes, { limitInputPixels: MOST_PIXELS });
}
