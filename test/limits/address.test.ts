/** The requester's address, from what sockets and proxies say. */
import { createServer, IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { networksOf, readAddress, readVisitorAddress } from "../../src/limits/address.ts";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  [" 203.0.113.7 ", "203.0.113.7"],
  ["203.0.113.7:4711", "203.0.113.7"],
  ['"203.0.113.7:4711"', "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["[::ffff:cb00:7107]:80", "203.0.113.7"],
  ["2001:DB8:0:0::0001", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ['"[2001:db8::1]:4711"', "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["[fe80::1%3]:80", "fe80::1"],
])("%j is the address %s", (written, address) => {
  expect(readAddress(written)).toBe(address);
});

test.each([
  "",
  " ",
  "unknown",
  "_hidden",
  "-",
  "203.0.113",
  "203.0.113.256",
  "0313.0.113.7",
  "3405803783",
  "203.0.113.7:port",
  "203.0.113.7:471100",
  "[2001:db8::1",
  "2001:db8::1]:80",
  "[203.0.113.7",
  "for=203.0.113.7",
  "203.0.113.7 203.0.113.8",
  "203.0.113.7\n203.0.113.8",
  "203.0.113.7%eth0",
  "example.com",
  "<script>",
  '"',
  "[]:80",
])("%j is no address", (written) => {
  expect(readAddress(written)).toBeUndefined();
});

test.each([
  ["203.0.113.7", "203.0.113.7", undefined],
  ["2001:db8:1:2ff::1", "2001:db8:1:200::/56", "2001:db8:1::/48"],
  ["2001:db8:1:200:ffff::", "2001:db8:1:200::/56", "2001:db8:1::/48"],
  ["2001:db8:1:300::1", "2001:db8:1:300::/56", "2001:db8:1::/48"],
])("%s stands for the network %s", (address, narrow, wide) => {
  expect(networksOf(address)).toEqual({ narrow, wide });
});

function asking(forwarded: string | undefined): IncomingMessage {
  const incoming = new IncomingMessage(new Socket());
  Object.defineProperty(incoming.socket, "remoteAddress", { value: "::ffff:192.0.2.1" });
  if (forwarded !== undefined) incoming.headers["x-forwarded-for"] = forwarded;
  return incoming;
}

test.each([
  [undefined, "192.0.2.1"],
  ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
  ["198.51.100.1,203.0.113.7:55123", "203.0.113.7"],
  ["203.0.113.7, ", "192.0.2.1"],
  ["203.0.113.7, unknown", "192.0.2.1"],
  ["203.0.113.7, made up", "192.0.2.1"],
  [",,", "192.0.2.1"],
])("behind a proxy, X-Forwarded-For %j comes from %s", (forwarded, address) => {
  expect(readVisitorAddress(asking(forwarded), true)).toBe(address);
});

test("without a proxy nobody names their own address", () => {
  expect(readVisitorAddress(asking("203.0.113.7"), false)).toBe("192.0.2.1");
});

test("several lines of X-Forwarded-For are one list, and Forwarded names nobody", async () => {
  const server = createServer((incoming, response) => {
    response.end(readVisitorAddress(incoming, true) ?? "nowhere");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const told = (headers: Record<string, string | string[]>) =>
    new Promise<string>((done, fail) => {
      const ask = request({ port, host: "127.0.0.1", headers }, (response) => {
        response.setEncoding("utf8").on("data", done);
      });
      ask.on("error", fail).end();
    });
  expect(await told({ "x-forwarded-for": ["198.51.100.1", "[2001:db8::7]:80"] })).toBe("2001:db8::7");
  expect(await told({ forwarded: "for=203.0.113.7" })).toBe("127.0.0.1");
  server.close();
});
