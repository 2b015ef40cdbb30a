/** Converts undici's response into the global `Response`, with a limit on its body. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Response as UndiciResponse } from "undici";

/** The body is longer than the limit. */
export class ResponseTooLarge extends Error {
  override name = "ResponseTooLarge";

  constructor(maxBytes: number) {
    super(`The answer is longer than ${maxBytes} bytes.`);
  }
}

interface Origin {
  readonly url: URL;
  readonly redirected: boolean;
  readonly maxBytes: number;
}

/** Sets the two properties that Response's constructor leaves empty. */
class FetchedResponse extends Response {
  override readonly url: string;
  override readonly redirected: boolean;

  constructor(body: ReadableStream | null, init: ResponseInit, { url, redirected }: Origin) {
    super(body, init);
    this.url = url.href.slice(0, url.href.length - url.hash.length);
    this.redirected = redirected;
  }
}

/** A `Response` whose body fails beyond the limit. */
export function toResponse(response: UndiciResponse, origin: Origin): Response {
  const init = {
    // Some sites respond with 999, which counts as a server error (RFC 9110, section 15).
    status: response.status > 599 ? 500 : response.status,
    // No statusText: HTTP/2 has none, and a server's text may be invalid in a Response.
    headers: [...response.headers],
  };
  const body = response.body === null ? null : bound(response.body, origin.maxBytes);
  return new FetchedResponse(body, init, origin);
}

function bound(body: NonNullable<UndiciResponse["body"]>, maxBytes: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let left = maxBytes;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        // undici frees the connection a turn later; a call made now would open another one.
        await nextTurn();
        return controller.close();
      }
      left -= value.byteLength;
      if (left >= 0) return controller.enqueue(value);
      const error = new ResponseTooLarge(maxBytes);
      controller.error(error);
      await reader.cancel(error);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
