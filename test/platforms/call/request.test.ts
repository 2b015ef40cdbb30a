import { readFileSync } from "node:fs";
import { connect as connectTo, createServer } from "node:net";
import { buildConnector } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGuardedFetch } from "../../../src/net/guarded-fetch.ts";
import { callSafely, publishing, readRetryAfter } from "../../../src/platforms/call/request.ts";
import { freePort } from "../../harness/networks/networks.ts";
import { impatient, makePost, outcomeOf } from "../../harness/networks/platforms.ts";
import { type Loopback, startLoopback } from "../../net/loopback.ts";

const guarded = createGuardedFetch({
  allowedHosts: ["127.0.0.1", "nowhere.invalid"],
  resolve: async (name) => {
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" });
  },
});
const { fetch } = guarded;

const selfSigned = {
  key: readFileSync(new URL("../../net/certificate/key.pem", import.meta.url), "utf8"),
  cert: readFileSync(new URL("../../net/certificate/certificate.pem", import.meta.url), "utf8"),
};

let server: Loopback;
let origin: string;

beforeAll(async () => {
  server = await startLoopback((request, response) => {
    switch (request.url) {
      case "/moved":
        return response.writeHead(302, { location: "/json" }).end();
      case "/hang":
        return response.writeHead(200).write("{");
      case "/hang-up":
        return request.socket.destroy();
      case "/json":
        return response.writeHead(200, { "content-type": "application/json" }).end('{"id":"1"}');
      case "/odd":
        return response
          .writeHead(200)
          .end('{"name":"A\\u0000n\\u0007a\\ud800","text":["One\\r\\ntwo\\u0085"]}');
      case "/page":
        return response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello</h1>");
      case "/broken":
        return response.writeHead(200, { "content-type": "application/json" }).end('{"id":');
      default:
        return response.end();
    }
  });
  origin = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await guarded.close();
  await server.close();
});

const get = async (path: string, more = {}) =>
  await callSafely(fetch, { method: "GET", url: `${origin}${path}`, ...more });

describe("an answer", () => {
  test.each([
    ["/json", { id: "1" }],
    ["/page", undefined],
    ["/empty", undefined],
    ["/broken", undefined],
  ])("of %s is read as JSON where it is JSON", async (path, body) => {
    expect(await get(path)).toMatchObject({ status: 200, body });
  });

  test("loses the characters that show nothing, and halves of characters", async () => {
    expect((await get("/odd")).body).toEqual({ name: "Ana\ufffd", text: ["One\ntwo"] });
  });

  test("that leads elsewhere is an answer, unless it is to be followed", async () => {
    expect(await get("/moved")).toMatchObject({ status: 302, url: `${origin}/moved` });
    expect(await get("/moved", { redirect: "follow" })).toMatchObject({ status: 200, url: `${origin}/json` });
  });
});

describe("a request", () => {
  const send = async (more: object) => {
    await callSafely(fetch, { method: "POST", url: `${origin}/sent`, ...more });
    const { headers, body } = server.requests().at(-1) ?? { headers: {}, body: "" };
    return { type: headers["content-type"], accept: headers.accept, body };
  };

  test("brings JSON, a form, or parts of a form, and wants JSON", async () => {
    expect(await send({ json: { a: [1] } })).toEqual({
      type: "application/json",
      accept: "application/json",
      body: '{"a":[1]}',
    });
    expect(await send({ form: { a: "1 &", b: "ü" } })).toMatchObject({
      type: expect.stringContaining("application/x-www-form-urlencoded"),
      body: "a=1+%26&b=%C3%BC",
    });
    const multipart = new FormData();
    multipart.set("file", new Blob(["bytes"], { type: "image/png" }), "picture");
    expect(await send({ multipart })).toMatchObject({
      type: expect.stringContaining("multipart/form-data; boundary="),
      body: expect.stringContaining("Content-Type: image/png\r\n\r\nbytes\r\n"),
    });
  });
});

describe("without an answer", () => {
  const publish = (url: string, fetcher = fetch) =>
    outcomeOf(publishing(makePost())(fetcher, { method: "POST", url, json: {} }));
  const read = (url: string, fetcher = fetch) => outcomeOf(callSafely(fetcher, { method: "GET", url }));

  test("nothing was sent where the fence was passed too long ago as the connection came, and that is told", async () => {
    const tooLate = new Error("too late");
    let asked = 0;
    const permit = () => {
      asked += 1;
      if (asked === 2) throw tooLate;
    };
    const before = server.requests().length;
    const call = publishing({ beforePublish: async () => permit });
    await expect(call(fetch, { method: "POST", url: origin, json: {} })).rejects.toBe(tooLate);
    expect(server.requests().length).toBe(before);
  });

  test("nothing was sent where nobody listens", async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    expect([await publish(url), await read(url)]).toEqual([
      "transient: connection-refused",
      "transient: connection-refused",
    ]);
  });

  test("nothing was sent where the name has no address", async () => {
    expect(await publish("http://nowhere.invalid/")).toMatch(/^transient: name-(not-found|server-away)$/);
  });

  test("nothing was sent where TLS does not begin, or its certificate is no good", async () => {
    expect(await publish(origin.replace("http:", "https:"))).toBe("transient: tls-failed");
    const secure = await startLoopback((_request, response) => response.end(), selfSigned);
    expect(await publish(`https://127.0.0.1:${secure.port}`)).toBe("transient: certificate-refused");
    expect(secure.requests()).toEqual([]);
    await secure.close();
  });

  test("perhaps it arrived where TLS breaks only after the request", async () => {
    let breakOff = () => {};
    const secure = await startLoopback(() => breakOff(), selfSigned);
    const between = createServer((client) => {
      const upstream = connectTo(secure.port, "127.0.0.1");
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on("error", () => {});
      // A record made by code that does not know the keys.
      breakOff = () => client.write(Buffer.concat([Buffer.from([23, 3, 3, 0, 64]), Buffer.alloc(64)]));
    });
    const port = await new Promise<number>((done) =>
      between.listen(0, "127.0.0.1", () => {
        const address = between.address();
        done(address !== null && typeof address === "object" ? address.port : 0);
      }),
    );
    const trusting = createGuardedFetch({
      allowedHosts: ["127.0.0.1"],
      dial: (target, _addresses, done) => buildConnector({ rejectUnauthorized: false })(target, done),
    });
    const outcome = await publish(`https://127.0.0.1:${port}/`, trusting.fetch);
    expect(secure.requests()).toHaveLength(1);
    expect(outcome).toBe("ambiguous: connection-broken");
    await trusting.close();
    between.close();
    await secure.close();
  });

  test("nothing was sent where we refuse to connect, and it is told why", async () => {
    const url = "https://10.0.0.1/";
    expect([await publish(url), await read(url)]).toEqual([
      "rejected: address-refused",
      "rejected: address-refused",
    ]);
  });

  test("perhaps it arrived where the connection breaks", async () => {
    expect(await publish(`${origin}/hang-up`)).toBe("ambiguous: connection-broken");
    expect(await read(`${origin}/hang-up`)).toBe("transient: connection-broken");
  });

  test("perhaps it arrived where the answer never ends", async () => {
    expect(await publish(`${origin}/hang`, impatient(300))).toBe("ambiguous: timed-out");
  });
});

describe("Retry-After", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  test.each([
    ["120", "2026-11-23T12:02:00.000Z"],
    ["Mon, 23 Nov 2026 12:05:00 GMT", "2026-11-23T12:05:00.000Z"],
    ["0", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["Mon, 23 Nov 2026 11:55:00 GMT", undefined],
    ["172800", "2026-11-24T12:00:00.000Z"],
    ["Wed, 23 Nov 2099 12:00:00 GMT", "2026-11-24T12:00:00.000Z"],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s", (value, at) => {
    const headers = new Headers(value === undefined ? {} : { "retry-after": value });
    expect(readRetryAfter(headers, now)?.toISOString()).toBe(at);
  });
});
