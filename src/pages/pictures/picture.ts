/** Downloads a page's picture and checks what it really is. */
import { AddressRefused } from "../../net/addresses.ts";
import { MOST_PIXELS } from "../../pictures/kind.ts";
import { measurePicture } from "../../pictures/open.ts";

export interface FetchedPicture {
  readonly bytes: Uint8Array;
  /** The media type, detected from the content: "image/jpeg". */
  readonly type: string;
}

const LARGEST_BYTES = 10 * 1_024 * 1_024;
const TIMEOUT_MS = 10_000;

/** In pixels. Smaller pictures are tracking pixels, spacers and small icons. */
const SMALLEST = 20;

/** Whether a picture is too small to be shown. */
export function isTooSmall({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width < SMALLEST || height < SMALLEST;
}

/**
 * Downloads and measures a picture.
 * @returns "later" if its site failed or we are too busy; "unusable" if there is no picture that we can use
 */
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

/** Downloads whatever is at the address. */
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
