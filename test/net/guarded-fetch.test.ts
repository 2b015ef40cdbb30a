/** What the guarded fetch allows works as fetch does, within limits. */
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import tls from "node:tls";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { AddressRefused } from "../../src/net/addresses.ts";
import {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
  type SendingInit,
} from "../../src/net/guarded-fetch.ts";
import { ResponseTooLarge } from "../../src/net/response.ts";
import { waitFor } from "../harness/wait.ts";
import { dialTo, type Loopback, redirect, resolverOf, startLoopback } from "./loopback.ts";

const certificate = {
  key: readFileSync(new URL("certificate/key.pem", import.meta.url), "utf8"),
  cert: readFileSync(new URL("certificate/certificate.pem", import.meta.url), "utf8"),
};

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function serve(answer: RequestListener, tlsOptions?: { key: string; cert: string }): Promise<Loopback> {
  const loopback = await startLoopback(answer, tlsOptions);
  opened.push(loopback);
  return loopback;
}

function guard(options: Partial<GuardedFetchOptions> = {}): GuardedFetch {
  const guarded = createGuardedFetch({ allowedHosts: ["*.localhost", "127.0.0.1"], ...options });
  opened.unshift(guarded);
  return guarded;
}

/** Answers each path as the table says; a text is a redirect. */
function table(entries: Readonly<Record<string, readonly [number, string]>>): RequestListener {
  return (request, response) => {
    const [status, to] = entries[request.url ?? "/"] ?? [200, ""];
    if (to === "") response.end("arrived");
    else redirect(response, status, to);
  };
}

describe("an allowed host", () => {
  test("may be plain http on this machine, under each name the operator allows", async () => {
    const { port } = await serve((request, response) => response.end(request.headers.host));
    const { resolve } = resolverOf({ "intranet.example": [["127.0.0.1"]] });
    const guarded = guard({
      allowedHosts: [`127.0.0.1:${port}`, "*.localhost", "intranet.example"],
      resolve,
    });
    for (const host of ["127.0.0.1", "mastodon.localhost", "a.b.localhost", "intranet.example"]) {
      const response = await guarded.fetch(`http://${host}:${port}/`);
      expect(await response.text()).toBe(`${host}:${port}`);
    }
  });

  test("is no other host and no other port", async () => {
    const { port, connections } = await serve((_request, response) => response.end());
    const guarded = guard({ allowedHosts: ["mastodon.localhost:4102", `x.localhost:${port}`] });
    for (const host of ["mastodon.localhost", "127.0.0.1", "y.localhost", "localhost"]) {
      await expect(guarded.fetch(`http://${host}:${port}/`)).rejects.toThrow(AddressRefused);
    }
    expect(connections()).toBe(0);
  });

  test("is connected to at the address that its name had, without a second look-up", async () => {
    const { port } = await serve((_request, response) => response.end("here"));
    const { resolve, asked } = resolverOf({ "intranet.example": [["127.0.0.1"], ["192.0.2.1"]] });
    const guarded = guard({ allowedHosts: ["intranet.example"], resolve });
    expect(await (await guarded.fetch(`http://intranet.example:${port}/`)).text()).toBe("here");
    expect(asked).toEqual(["intranet.example"]);
  });

  test("keeps its connection for the next call", async () => {
    const loopback = await serve((_request, response) => response.end("again"));
    const guarded = guard();
    for (let calls = 0; calls < 5; calls += 1) {
      await (
        await guarded.fetch(`http://x.localhost:${loopback.port}/`, { method: "POST", body: "x" })
      ).text();
    }
    expect([loopback.requests().length, loopback.connections()]).toEqual([5, 1]);
  });

  test("is refused over https when its certificate is not to be trusted", async () => {
    const { port, requests } = await serve((_request, response) => response.end(), certificate);
    const failure = await guard()
      .fetch(`https://secure.localhost:${port}/`)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } });
    expect(requests()).toEqual([]);
  });

  test("is spoken to over https when its certificate is trusted and carries its name", async () => {
    const { port } = await serve((_request, response) => response.end("secure"), certificate);
    const usual = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...usual, certificate.cert]);
    try {
      const guarded = guard();
      expect(await (await guarded.fetch(`https://secure.localhost:${port}/`)).text()).toBe("secure");
      const failure = await guarded
        .fetch(`https://other.localhost:${port}/`)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
    } finally {
      tls.setDefaultCACertificates(usual);
    }
  });
});

describe("a request", () => {
  test.for([
    ["a text", "hello", "text/plain;charset=UTF-8", "hello"],
    [
      "a form",
      new URLSearchParams({ a: "ü b" }),
      "application/x-www-form-urlencoded;charset=UTF-8",
      "a=%C3%BC+b",
    ],
    ["bytes", new TextEncoder().encode("bytes"), undefined, "bytes"],
    ["a blob", new Blob(["blob"], { type: "image/png" }), "image/png", "blob"],
  ] as const)("carries %s", async ([, body, type, received]) => {
    const { port, requests } = await serve((_request, response) => response.end());
    await guard().fetch(`http://x.localhost:${port}/`, { method: "POST", body });
    expect(requests()[0]?.headers["content-type"]).toBe(type);
    expect(requests()[0]?.headers["content-length"]).toBe(String(received.length));
    expect(requests()[0]?.body).toBe(received);
  });

  test("carries a picture in a multipart form", async () => {
    const { port, requests } = await serve((_request, response) => response.end());
    const form = new FormData();
    form.set("description", "A café");
    form.set("file", new Blob(["pixels"], { type: "image/png" }), "picture.png");
    await guard().fetch(`http://x.localhost:${port}/`, { method: "POST", body: form });
    const { headers, body } = requests()[0] ?? { headers: {}, body: "" };
    const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(headers["content-type"] ?? "") ?? [];
    expect(boundary).toBeDefined();
    expect(body.split(`--${boundary}`)).toHaveLength(4);
    expect(body).toContain('filename="picture.png"\r\nContent-Type: image/png\r\n\r\npixels');
  });

  test("may be a Request with its own headers and signal", async () => {
    const { port, requests } = await serve((_request, response) => response.end("hi"));
    const request = new Request(`http://x.localhost:${port}/a?b=c`, {
      method: "PUT",
      body: "x",
      headers: { "x-one": "1" },
    });
    expect(await (await guard().fetch(request)).text()).toBe("hi");
    expect(requests()[0]).toMatchObject({
      line: `PUT x.localhost:${port}/a?b=c`,
      body: "x",
      headers: { "x-one": "1" },
    });

    const gone = new Request(`http://x.localhost:${port}/`, {
      signal: AbortSignal.abort(new Error("the person left")),
    });
    await expect(guard().fetch(gone)).rejects.toThrow("the person left");
  });
});

describe("the last moment before a request leaves", () => {
  test("is when its connection is there: what is said no to then is never sent", async () => {
    const server = await serve((_request, response) => response.end("arrived"));
    const { fetch } = guard();
    let asked = 0;
    const tooLate = new Error("too late");
    const send = (refusal?: Error) => {
      const init: SendingInit = {
        method: "POST",
        body: "news",
        beforeSending: () => {
          asked += 1;
          if (refusal !== undefined) throw refusal;
        },
      };
      return fetch(`http://127.0.0.1:${server.port}/`, init);
    };
    await expect(send(tooLate)).rejects.toMatchObject({ cause: tooLate });
    expect(server.requests()).toEqual([]);
    expect(await (await send()).text()).toBe("arrived");
    expect(server.requests().map(({ body }) => body)).toEqual(["news"]);
    expect(asked).toBe(2);
    // The existing one already sent it.
    expect(server.connections()).toBe(1);
  });
});

describe("an answer", () => {
  test("has all that fetch's own has", async () => {
    const { port } = await serve((_request, response) =>
      response
        .writeHead(422, "Nope", { "content-type": "application/json", "x-rate": "7" })
        .end('{"error":"no"}'),
    );
    const response = await guard().fetch(`http://x.localhost:${port}/a?b=c#d`);
    expect(response).toBeInstanceOf(Response);
    expect({
      status: response.status,
      ok: response.ok,
      url: response.url,
    }).toEqual({
      status: 422,
      ok: false,
      url: `http://x.localhost:${port}/a?b=c`,
    });
    expect([response.redirected, response.headers.get("x-rate")]).toEqual([false, "7"]);
    expect(await response.json()).toEqual({ error: "no" });
  });

  test.for([204, 205, 304])("may have no body: %d", async (status) => {
    const { port } = await serve((_request, response) => response.writeHead(status).end());
    const response = await guard().fetch(`http://x.localhost:${port}/`);
    expect([response.status, response.body]).toEqual([status, null]);
  });

  test("with a status that HTTP does not know counts as a server's error", async () => {
    const { port } = await serve((_request, response) => response.writeHead(999, "Denied").end("go away"));
    const response = await guard().fetch(`http://x.localhost:${port}/`);
    expect([response.status, await response.text()]).toEqual([500, "go away"]);
  });

  test("may name its status in any language", async () => {
    const { port } = await serve((request) => {
      request.socket.end(
        Buffer.from("HTTP/1.1 200 성공\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"),
      );
    });
    const response = await guard().fetch(`http://x.localhost:${port}/`);
    expect([response.status, await response.text()]).toEqual([200, "hi"]);
  });

  test("is unpacked", async () => {
    const { port } = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("packed")),
    );
    expect(await (await guard().fetch(`http://x.localhost:${port}/`)).text()).toBe("packed");
  });
});

describe("a redirect", () => {
  test("is followed five times, however its address is written", async () => {
    const { port, requests } = await serve((request, response) => {
      const next: Record<string, string> = {
        "/a/0": "/a/1",
        "/a/1": "2",
        "/a/2": "./3?x=1",
        "/a/3?x=1": "?y=1",
        "/a/3?y=1": `//y.localhost:${port}/end`,
      };
      const to = next[request.url ?? ""];
      if (to === undefined) response.end("arrived");
      else redirect(response, 302, to);
    });
    const response = await guard().fetch(`http://x.localhost:${port}/a/0`);
    expect(await response.text()).toBe("arrived");
    expect(requests()).toHaveLength(6);
    expect(requests()[5]?.line).toBe(`GET y.localhost:${port}/end`);
  });

  test("tells where it ended", async () => {
    const { port } = await serve(
      table({
        "/0": [302, "/1"],
        "/1": [302, "/2"],
        "/2": [302, "/3"],
        "/3": [302, "/4"],
        "/4": [302, "/end"],
      }),
    );
    const response = await guard().fetch(`http://x.localhost:${port}/0#part`);
    expect([response.url, response.redirected]).toEqual([`http://x.localhost:${port}/end`, true]);
    expect(await response.text()).toBe("arrived");
  });

  test("is not followed for ever", async () => {
    const { port, requests } = await serve(table({ "/": [302, "/"] }));
    const failure = await guard()
      .fetch(`http://x.localhost:${port}/`)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "AddressRefused", reason: "redirects" });
    expect(requests()).toHaveLength(6);
  });

  test("may lead to an address in UTF-8", async () => {
    const { port, requests } = await serve(table({ "/": [302, "/grüße?an=köln"] }));
    await guard().fetch(`http://x.localhost:${port}/`);
    expect(requests()[1]?.line).toBe(`GET x.localhost:${port}/gr%C3%BC%C3%9Fe?an=k%C3%B6ln`);
  });

  test("is handed out when the caller wants to see it", async () => {
    const { port, requests } = await serve(table({ "/": [302, "http://10.0.0.1/"] }));
    const response = await guard().fetch(`http://x.localhost:${port}/`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "http://10.0.0.1/"]);
    expect(await response.text()).toBe("moved");
    expect(requests()).toHaveLength(1);
  });

  test("is an error when the caller wants none", async () => {
    const { port, requests } = await serve(table({ "/": [302, "/next"] }));
    const asked = guard().fetch(`http://x.localhost:${port}/`, { redirect: "error" });
    await expect(asked).rejects.toThrow(TypeError);
    expect(requests()).toHaveLength(1);
  });

  test("without an address is an answer", async () => {
    const { port } = await serve((_request, response) => response.writeHead(302).end("where?"));
    const response = await guard().fetch(`http://x.localhost:${port}/`);
    expect([response.status, await response.text()]).toEqual([302, "where?"]);
  });

  test.for([
    ["POST", 301, "GET", ""],
    ["POST", 302, "GET", ""],
    ["POST", 303, "GET", ""],
    ["PUT", 301, "PUT", "content"],
    ["PUT", 303, "GET", ""],
    ["DELETE", 302, "DELETE", "content"],
    ["POST", 307, "POST", "content"],
    ["POST", 308, "POST", "content"],
  ] as const)("of a %s with %d goes on as %s", async ([method, status, next, body]) => {
    const { port, requests } = await serve(table({ "/": [status, "/next"] }));
    await guard().fetch(`http://x.localhost:${port}/`, {
      method,
      body: "content",
      headers: { "content-type": "text/x" },
    });
    expect(requests()[1]).toMatchObject({ line: `${next} x.localhost:${port}/next`, body });
    expect(requests()[1]?.headers["content-type"]).toBe(body === "" ? undefined : "text/x");
  });

  test("of a HEAD stays a HEAD", async () => {
    const { port, requests } = await serve(table({ "/": [303, "/next"] }));
    await guard().fetch(`http://x.localhost:${port}/`, { method: "HEAD" });
    expect(requests()[1]?.line).toBe(`HEAD x.localhost:${port}/next`);
  });

  const credentials = {
    authorization: "Bearer secret",
    cookie: "session=secret",
    "proxy-authorization": "Basic secret",
    "x-other": "stays",
  };

  test("to another origin takes no credentials along", async () => {
    const other = await serve((_request, response) => response.end());
    const first = await serve(table({ "/": [302, `http://x.localhost:${other.port}/`] }));
    await guard().fetch(`http://x.localhost:${first.port}/`, { headers: credentials });
    expect(first.requests()[0]?.headers).toMatchObject(credentials);
    expect(JSON.stringify(other.requests()[0]?.headers)).not.toContain("secret");
    expect(other.requests()[0]?.headers).toMatchObject({
      "x-other": "stays",
      host: `x.localhost:${other.port}`,
    });
  });

  test("to another origin and back does not bring them back", async () => {
    const there = await serve((request, response) =>
      redirect(response, 302, `http://${request.headers["x-home"]}/end`),
    );
    const first = await serve(table({ "/": [307, `http://y.localhost:${there.port}/`] }));
    const home = `x.localhost:${first.port}`;
    await guard().fetch(`http://${home}/`, { headers: { ...credentials, "x-home": home } });
    expect(first.requests()[1]?.line).toBe(`GET ${home}/end`);
    expect(JSON.stringify(first.requests()[1]?.headers)).not.toContain("secret");
  });

  test("within the same origin keeps them", async () => {
    const { port, requests } = await serve(table({ "/": [302, "/next"] }));
    await guard().fetch(`http://x.localhost:${port}/`, { headers: credentials });
    expect(requests()[1]?.headers).toMatchObject(credentials);
  });

  test("between public hosts is followed and each is looked up", async () => {
    const loopback = await serve((request, response) =>
      request.headers.host === "www.example"
        ? response.end("arrived")
        : redirect(response, 301, "https://www.example/"),
    );
    const { dial, dialled } = dialTo(loopback);
    const { resolve } = resolverOf({
      "bare.example": [["93.184.216.34"]],
      "www.example": [["93.184.216.35", "2606:4700::1"]],
    });
    const response = await guard({ resolve, dial }).fetch("https://bare.example/");
    expect([await response.text(), response.url]).toEqual(["arrived", "https://www.example/"]);
    expect(dialled.map(({ addresses }) => addresses)).toEqual([
      ["93.184.216.34"],
      ["93.184.216.35", "2606:4700::1"],
    ]);
  });
});

describe("size", () => {
  test("may be ten megabytes, and not a byte more", async () => {
    const limit = 10 * 1_024 * 1_024;
    const { port } = await serve((request, response) =>
      response.end(Buffer.alloc(Number(request.url?.slice(1)))),
    );
    const guarded = guard();
    const whole = await guarded.fetch(`http://x.localhost:${port}/${limit}`);
    expect((await whole.arrayBuffer()).byteLength).toBe(limit);
    const more = await guarded.fetch(`http://x.localhost:${port}/${limit + 1}`);
    await expect(more.arrayBuffer()).rejects.toThrow(ResponseTooLarge);
  });

  test.for([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ] as const)("counts what was unpacked, and stops unpacking: %s", async ([encoding, pack]) => {
    const packed = pack(Buffer.alloc(20_000_000));
    const { port } = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(packed),
    );
    const response = await guard({ maxBytes: 1_000 }).fetch(`http://x.localhost:${port}/`);
    await expect(response.text()).rejects.toThrow("The answer is longer than 1000 bytes.");
  });

  test("ends the connection of an answer without end", async () => {
    let closed = false;
    const { port } = await serve((_request, response) => {
      const flood = () => {
        while (response.write(Buffer.alloc(10_000))) if (closed) return;
      };
      response.on("drain", flood).on("close", () => {
        closed = true;
      });
      flood();
    });
    const response = await guard({ maxBytes: 100_000 }).fetch(`http://x.localhost:${port}/`);
    await expect(response.text()).rejects.toThrow(ResponseTooLarge);
    expect(await waitFor("the connection to close", () => closed || undefined)).toBe(true);
  });
});

describe("time", () => {
  const silence: RequestListener = () => {};

  test("is bounded where the caller does not say", async () => {
    const { port } = await serve(silence);
    const asked = guard({ timeoutMs: 50 }).fetch(`http://x.localhost:${port}/`);
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("is bounded for a Request, too", async () => {
    const { port } = await serve(silence);
    const asked = guard({ timeoutMs: 50 }).fetch(new Request(`http://x.localhost:${port}/`));
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("is bounded for the whole of an answer that trickles in", async () => {
    const { port } = await serve((_request, response) => {
      const trickle = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(trickle));
    });
    const response = await guard({ timeoutMs: 100 }).fetch(`http://x.localhost:${port}/`);
    await expect(response.text()).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("is bounded for all redirects together", async () => {
    const { port } = await serve((request, response) => {
      if (request.url === "/4") return;
      redirect(response, 302, `/${Number(request.url?.slice(1)) + 1}`);
    });
    const asked = guard({ timeoutMs: 150 }).fetch(`http://x.localhost:${port}/0`);
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("is bounded for a name server that never answers", async () => {
    const guarded = createGuardedFetch({
      allowedHosts: [],
      timeoutMs: 50,
      resolve: () => new Promise(() => {}),
    });
    await expect(guarded.fetch("https://slow.example/")).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("is the caller's own where there is a signal", async () => {
    const { port } = await serve(silence);
    const guarded = guard({ timeoutMs: 50 });
    const caller = new AbortController();
    const asked = guarded.fetch(`http://x.localhost:${port}/`, { signal: caller.signal });
    const outcome = asked.catch((error: unknown) => error);
    await expect(guarded.fetch(`http://x.localhost:${port}/`)).rejects.toMatchObject({
      name: "TimeoutError",
    });
    caller.abort(new Error("the person left"));
    expect(await outcome).toMatchObject({ message: "the person left" });
  });
});

test("closing breaks off the calls under way, and a later one fails", async () => {
  const { port, requests } = await serve(() => {});
  const guarded = createGuardedFetch({ allowedHosts: ["x.localhost"] });
  const asked = guarded.fetch(`http://x.localhost:${port}/`).catch((error: unknown) => error);
  await waitFor("the request", () => requests()[0]);
  await guarded.close();
  expect(await asked).toBeInstanceOf(TypeError);
  await expect(guarded.fetch(`http://x.localhost:${port}/`)).rejects.toThrow();
});
