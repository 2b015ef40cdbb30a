/** A file that is sent as it is made: no faster than it is taken, and no further once it is broken off. */
import type { WebContext } from "../guards/context.ts";

interface Download {
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly pieces: AsyncGenerator<string>;
}

export function sendDownload(c: WebContext, { name, type, pieces }: Download): Response {
  c.header("content-type", type);
  c.header("content-disposition", `attachment; filename="${name}"`);
  const { log } = c.var.runtime;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        log.error({ err: error }, "an export broke off");
        // The answer has begun: all that is left is to break it off. The server prints this, which our log would redact.
        throw new Error("A download broke off; the log says why.");
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return c.body(body);
}
