/** Which addresses count as the public internet. */
import { describe, expect, test } from "vitest";
import { findAddresses, isPublicAddress } from "../../src/net/addresses.ts";
import { AllowedHostsError, readAllowedHosts } from "../../src/net/allowed-hosts.ts";
import { hostileLiterals } from "./hostile.ts";

describe("an address", () => {
  test.for([
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
  ])("is public: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.for(hostileLiterals)("is not public: $what ($host)", ({ host }) => {
    const { hostname } = new URL(`https://${host}/`);
    expect(isPublicAddress(hostname.replace(/^\[|\]$/g, ""))).toBe(false);
  });

  test.for([
    "",
    "example.com",
    "1.1.1",
    "1.1.1.1 ",
    "2606:4700::1111%eth0",
    "[2606:4700::1111]",
  ])("is not taken for one: %j", (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe("a host", () => {
  const nobody = async () => {
    throw new Error("asked DNS");
  };

  test.for([
    "localhost",
    "localhost.",
    "mastodon.localhost",
    "a.b.localhost",
    "mastodon.localhost.",
  ])("is this machine without asking DNS: %s", async (host) => {
    expect(await findAddresses(host, nobody)).toEqual([{ address: "127.0.0.1", family: 4 }]);
  });

  test("stands for itself when it is an address", async () => {
    expect(await findAddresses("::1", nobody)).toEqual([{ address: "::1", family: 6 }]);
    expect(await findAddresses("10.0.0.1", nobody)).toEqual([{ address: "10.0.0.1", family: 4 }]);
  });

  test.for(["localhost.example.com", "notlocalhost", "example.com"])("is looked up: %s", async (host) => {
    await expect(findAddresses(host, nobody)).rejects.toThrow("asked DNS");
  });
});

describe("the operator's list", () => {
  test.for([
    ["intranet", "http://intranet/", true],
    ["intranet", "https://intranet:8443/", true],
    ["intranet", "http://intranet.example/", false],
    ["Intranet.Example", "http://INTRANET.example/", true],
    ["intranet.example", "http://intranet.example./", true],
    ["münchen.example", "https://xn--mnchen-3ya.example/", true],
    ["127.0.0.1:4102", "http://127.0.0.1:4102/", true],
    ["127.0.0.1:4102", "http://2130706433:4102/", true],
    ["127.0.0.1:4102", "http://127.0.0.1:4103/", false],
    ["127.0.0.1:4102", "http://127.0.0.1/", false],
    ["intranet:80", "http://intranet/", true],
    ["intranet:443", "https://intranet/", true],
    ["intranet:443", "http://intranet/", false],
    ["[::1]:4102", "http://[0:0::1]:4102/", true],
    ["[::1]", "http://[::2]/", false],
    ["*.localhost", "http://mastodon.localhost:4102/", true],
    ["*.localhost", "http://a.b.localhost/", true],
    ["*.localhost", "http://localhost/", false],
    ["*.localhost", "http://evillocalhost/", false],
    ["*.localhost", "http://x.localhost.evil.example/", false],
    ["*.localhost:4102", "http://mastodon.localhost:4102/", true],
    ["*.localhost:4102", "http://mastodon.localhost:4103/", false],
  ] as const)("with %s says of %s: %s", ([entry, url, allowed]) => {
    expect(readAllowedHosts(["elsewhere.example", entry])(new URL(url))).toBe(allowed);
  });

  test("is empty as a rule", () => {
    expect(readAllowedHosts([])(new URL("http://localhost/"))).toBe(false);
  });

  test.for([
    "",
    "*",
    "*.",
    "http://intranet",
    "intranet/path",
    "user@intranet",
    "a b",
    "*.*.example",
    "host:port",
    "::1",
  ])("is refused with an entry like %j", (entry) => {
    expect(() => readAllowedHosts(["fine.example", entry])).toThrow(AllowedHostsError);
  });
});
