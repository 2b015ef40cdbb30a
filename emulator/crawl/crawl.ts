/** Fetches pages for the simulated crawlers, from this machine only, with limits on time, size and redirects. */
import { isIP, type LookupFunction } from "node:net";
import { Agent, fetch } from "undici";

export interface Crawled {
  /** After redirects. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer<ArrayBuffer>;
  /** Whether the page was longer than what was read. */
  readonly cut: boolean;
}

export interface CrawlOptions {
  readonly accept: string;
  readonly bot: string;
  readonly maxBytes: number;
  /** Default: five. */
  readonly maxRedirects?: number;
  readonly signal: AbortSignal;
}

const timeoutMs = 5_000;

// Not every resolver knows *.localhost (RFC 6761), so none is asked.
const lookup: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
  else callback(null, "127.0.0.1", 4);
};
const agent = new Agent({ connect: { lookup, rejectUnauthorized: false }, keepAliveTimeout: 1 });

/** Returns undefined if the address is not on this machine, or does not answer with 2xx. */
export async function fetchFromHere(url: string, options: CrawlOptions): Promise<Crawled | undefined> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
  const { maxRedirects = 5, maxBytes } = options;
  const headers = { accept: options.accept, "user-agent": options.bot };
  try {
    let address = new URL(url);
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      if (!isHere(address)) return undefined;
      const answer = await fetch(address, { headers, redirect: "manual", signal, dispatcher: agent });
      const location = answer.headers.get("location");
      if (answer.status >= 300 && answer.status < 400 && location) {
        await answer.body?.cancel();
        address = new URL(location, address);
        continue;
      }
      if (!answer.ok || !answer.body) return undefined;
      const contentType = answer.headers.get("content-type") ?? "";
      return {
        url: address.href,
        status: answer.status,
        contentType,
        ...(await readAtMost(answer.body, maxBytes)),
      };
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** The simulation must not connect to other machines. */
function isHere({ protocol, hostname }: URL): boolean {
  if (protocol !== "http:" && protocol !== "https:") return false;
  if (isIP(hostname)) return hostname.startsWith("127.");
  return hostname === "localhost" || hostname.endsWith(".localhost");
}

async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ bytes: Buffer<ArrayBuffer>; cut: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) break;
  }
  return { bytes: Buffer.concat(parts).subarray(0, maxBytes), cut: length > maxBytes };
}
