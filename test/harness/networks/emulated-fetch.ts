/** A fetch for tests that reaches nothing but this machine: *.localhost, whatever the resolver knows of it, and 127.0.0.1. */
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

/** As the global fetch, redirects included; every other host is refused, wherever it is named. */
export const emulatedFetch: typeof fetch = async (input, init?: SendingInit) => {
  const request = new Request(input, init);
  const body = await request.arrayBuffer();
  init?.beforeSending?.();
  const answer = await undiciFetch(request.url, {
    method: request.method,
    headers: [...request.headers],
    redirect: request.redirect,
    // The request's own signal is deaf once the request is collected, so that a time limit would never come.
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

/** undici's stream as the platform's, which other code is typed for. */
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
