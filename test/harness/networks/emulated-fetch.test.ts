import { afterAll, beforeAll, expect, test } from "vitest";
import { type Loopback, redirect, startLoopback } from "../../net/loopback.ts";
import { emulatedFetch } from "./emulated-fetch.ts";

let server: Loopback;

beforeAll(async () => {
  server = await startLoopback((request, response) => {
    if (request.url === "/away") redirect(response, 302, "http://example.com/");
    else response.end("here");
  });
});
afterAll(() => server.close());

test.each([
  "127.0.0.1",
  "localhost",
  "mastodon.localhost",
  "deep.social.localhost",
])("tests reach %s, on this machine", async (host) => {
  expect(await (await emulatedFetch(`http://${host}:${server.port}/`)).text()).toBe("here");
});

test.each([
  "http://example.com/",
  "https://mastodon.social/api/v2/instance",
  "https://api.x.com/2/tweets",
  "http://localhost.example.com/",
  "http://notlocalhost/",
  "http://10.0.0.1/",
  "http://[::1]/",
])("tests never reach %s", async (url) => {
  await expect(emulatedFetch(url)).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/^Tests may not reach /) },
  });
});

test("tests are not led away by a redirect either", async () => {
  await expect(emulatedFetch(`http://127.0.0.1:${server.port}/away`)).rejects.toMatchObject({
    cause: { message: "Tests may not reach example.com." },
  });
});
