/** Streams a file as it is generated, at the pace of the client. */
import type { WebContext } from "../guards/context.ts";

interface Download {
  readonly name: string;
  /** The media type. */
  readonly type: string;
  readonly pieces: AsyncGenerator<string>;
}

/** Answers with a file. A client that disconnects stops the generator; an error aborts the download and is logged. */
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
        // The headers are sent, so that the only way to report an error is to abort. The HTTP server prints this error unredacted.
        throw new Error("A download broke off; the log says why.");
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return c.body(body);
}
