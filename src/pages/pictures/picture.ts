/** A page's picture, fetched from its site and checked by what it really is. */
import { AddressRefused } from "../../net/addresses.ts";
import { MOST_PIXELS } from "../../pictures/kind.ts";
import { measurePicture } from "../../pictures/open.ts";

export interface FetchedPicture {
  readonly bytes: Uint8Array;
  /** Media type by content: "image/jpeg". */
  readonly type: string;
}

const LARGEST_BYTES = 10 * 1_024 * 1_024;
const TIMEOUT_MS = 10_000;

/** One side of a picture that people can see, in pixels; below are pixels that count visitors, spacers and small icons. */
const SMALLEST = 20;

export function isTooSmall({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width < SMALLEST || height < SMALLEST;
}

/** "later": its site did not answer, or not well, or too much is to be done here; "unusable": what is there is no picture that we can use. */
export async function fetchPicture(
  { fetch }: { readonly fetch: typeof globalThis.fetch },
  address: string,
): Promise<FetchedPicture | "later" | "unusable"> {
  const bytes = await downloadPicture(fetch, address);
  if (typeof bytes === "string") return bytes;
  const facts = await measurePicture(bytes);
  if (typeof facts === "string") return facts;
  const isUsable = facts.width * facts.height <= MOST_PIXELS && !isTooSmall(facts);
  return isUsable ? { bytes, type: facts.type } : "unusable";
}

/** What its address leads to, whatever that is. */
export async function downloadPicture(
  fetcher: typeof globalThis.fetch,
  address: string,
): Promise<Uint8Array | "later" | "unusable"> {
  try {
    const response = await fetcher(address, {
      headers: { accept: "image/*, */*;q=0.5" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return response.status >= 500 || response.status === 429 ? "later" : "unusable";
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.byteLength > LARGEST_BYTES ? "unusable" : bytes;
  } catch (error) {
    return error instanceof AddressRefused ? "unusable" : "later";
  }
}
