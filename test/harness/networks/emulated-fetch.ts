/** A fetch for tests that only reaches this machine: 127.0.0.1 and *.localhost, whatever the resolver says. */
import type { ReadableStreamDefaultReader } from "node:stream/web";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";
import type { SendingInit } from "../../../src/net/guarded-fetch.ts";

const connect = buildConnector({
  lookup: (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
    else callback(null, "127.0.0.1", 4);
  },
});

const agent = new Agent({
  connect(options, callback) {
    if (isHere(options.hostname)) connect(options, callback);
    else callback(new Error(`Tests may not reach ${options.hostname}.`), null);
  },
});

function isHere(hostname: string): boolean {
  return hostname === "127.0.0.1" || hostname === "localhost" || hostname.endsWith(".localhost");
}

/** Works as the global fetch, including redirects, and refuses every other host. */
export const emulatedFetch: typeof fetch = async (input, init?: SendingInit) => {
  const request = new Request(input, init);
  const body = await request.arrayBuffer();
  init?.beforeSending?.();
  const answer = await undiciFetch(request.url, {
    method: request.method,
    headers: [...request.headers],
    redirect: request.redirect,
    // The signal of a collected request fires no more, so a time limit would be lost.
    signal: init?.signal ?? request.signal,
    body: body.byteLength === 0 ? null : body,
    dispatcher: agent,
  });
  const { status, statusText, headers, url } = answer;
  const response = new Response(answer.body && streamOf(answer.body.getReader()), {
    status,
    statusText,
    headers: [...headers],
  });
  return Object.defineProperty(response, "url", { value: url });
};

/** Converts undici's stream to the platform's type. */
function streamOf(reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
