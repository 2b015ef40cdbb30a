/** No address that a person types makes our server connect to anything but the public internet. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AddressRefused } from "../../src/net/addresses.ts";
import { createGuardedFetch, type GuardedFetch } from "../../src/net/guarded-fetch.ts";
import { hostileLiterals, hostileNames } from "./hostile.ts";
import { dialTo, type Loopback, redirect, resolverOf, startLoopback } from "./loopback.ts";

const publicAddress = "93.184.216.34";

let loopback: Loopback;
let guarded: GuardedFetch;

beforeEach(async () => {
  loopback = await startLoopback((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://x");
    const to = searchParams.get("to");
    if (to === null) response.end("hello");
    else redirect(response, Number(searchParams.get("status") ?? 302), to);
  });
});

afterEach(async () => {
  await guarded.close();
  await loopback.close();
});

async function refusal(address: string, init?: RequestInit): Promise<AddressRefused> {
  const answer = await guarded.fetch(address, init).catch((error: unknown) => error);
  if (answer instanceof AddressRefused) return answer;
  throw new Error(`Not refused: ${address}`, { cause: answer });
}

describe("when whatever passes would reach the loopback server", () => {
  let dialled: { host: string; addresses: string[] }[];
  let asked: string[];

  function guard(names: Readonly<Record<string, readonly (readonly string[])[]>>): void {
    const seam = dialTo(loopback);
    const nameServer = resolverOf({ "public.example": [[publicAddress]], ...names });
    dialled = seam.dialled;
    asked = nameServer.asked;
    guarded = createGuardedFetch({ allowedHosts: [], resolve: nameServer.resolve, dial: seam.dial });
  }

  test("a public host passes", async () => {
    guard({});
    expect(await (await guarded.fetch("https://public.example/")).text()).toBe("hello");
    expect(dialled).toEqual([{ host: "public.example", addresses: [publicAddress] }]);
    expect(loopback.connections()).toBe(1);
  });

  test.for([
    "https://1.1.1.1/",
    "https://[2606:4700:4700::1111]/",
    "https://[::ffff:8.8.8.8]/",
  ])("a public address passes: %s", async (address) => {
    guard({});
    expect((await guarded.fetch(address)).status).toBe(200);
    expect(loopback.connections()).toBe(1);
  });

  test.for(hostileLiterals)("$what is refused: $host", async ({ host }) => {
    guard({});
    expect((await refusal(`https://${host}/`)).reason).toBe("not-public");
    expect([dialled, asked, loopback.connections()]).toEqual([[], [], 0]);
  });

  test.for(hostileNames)("$what is refused: $host", async ({ host, answers }) => {
    guard({ [host]: [answers] });
    expect((await refusal(`https://${host}/`)).reason).toBe("not-public");
    expect([dialled, loopback.connections()]).toEqual([[], 0]);
  });

  test.for([
    ...hostileLiterals,
    ...hostileNames,
  ])("a redirect to $what is refused: $host", async (hostile) => {
    guard("answers" in hostile ? { [hostile.host]: [hostile.answers] } : {});
    const to = encodeURIComponent(`https://${hostile.host}/`);
    expect((await refusal(`https://public.example/?to=${to}`)).reason).toBe("not-public");
    expect([dialled.length, loopback.connections()]).toEqual([1, 1]);
  });

  test.for([301, 302, 303, 307, 308])("a redirect with status %d is checked", async (status) => {
    guard({});
    const address = `https://public.example/?status=${status}&to=https://169.254.169.254/latest`;
    expect((await refusal(address, { method: "POST", body: "x" })).reason).toBe("not-public");
    expect(loopback.requests()).toHaveLength(1);
  });

  test.for([
    ["http://public.example/", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["data:text/plain,hello", "scheme"],
    ["https://alice:secret@public.example/", "credentials"],
    ["https://public.example:22/", "port"],
    ["https://[oops/", "unreadable"],
  ] as const)("a redirect to %s is refused for its %s", async ([to, reason]) => {
    guard({});
    const refused = await refusal(`https://public.example/?to=${encodeURIComponent(to)}`);
    expect(refused.reason).toBe(reason);
    expect(loopback.requests()).toHaveLength(1);
  });

  test("a redirect at the end of a chain is refused", async () => {
    guard({});
    const last = `https://public.example/?to=${encodeURIComponent("https://127.0.0.1/")}`;
    const address = `https://public.example/?to=${encodeURIComponent(last)}`;
    expect((await refusal(address)).reason).toBe("not-public");
    expect(loopback.requests()).toHaveLength(2);
  });

  test("a name that turns private after the check is not asked again for its connection", async () => {
    guard({ "rebind.example": [[publicAddress], ["127.0.0.1"]] });
    await (await guarded.fetch("https://rebind.example/")).text();
    expect(asked).toEqual(["rebind.example"]);
    expect(dialled).toEqual([{ host: "rebind.example", addresses: [publicAddress] }]);
  });

  test("a name that turned private is refused at its next connection", async () => {
    guard({ "rebind.example": [[publicAddress], ["127.0.0.1"]] });
    const first = await guarded.fetch("https://rebind.example/", { headers: { connection: "close" } });
    await first.text();
    expect((await refusal("https://rebind.example/")).reason).toBe("not-public");
    expect(loopback.connections()).toBe(1);
  });

  test("a name without any address leads nowhere", async () => {
    guard({ "empty.example": [[]] });
    const failure = await guarded.fetch("https://empty.example/").catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "TypeError", cause: { code: "ENOTFOUND" } });
    expect([dialled, loopback.connections()]).toEqual([[], 0]);
  });

  test("a name that nobody knows is an ordinary failure", async () => {
    guard({});
    const failure = await guarded.fetch("https://unknown.example/").catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "TypeError", cause: { code: "ENOTFOUND" } });
    expect(failure).not.toBeInstanceOf(AddressRefused);
  });
});

describe("when connections are real", () => {
  beforeEach(() => {
    const { resolve } = resolverOf({
      "lead.example": [["127.0.0.1"]],
      "mixed.example": [[publicAddress, "127.0.0.1"]],
    });
    guarded = createGuardedFetch({ allowedHosts: [`allowed.localhost:${loopback.port}`], resolve });
  });

  const hosts = [
    ...hostileLiterals.filter(({ what }) => /loopback|this network/.test(what)).map(({ host }) => host),
    "localhost",
    "x.localhost",
    "allowed.localhost.",
    "lead.example",
    "mixed.example",
  ];
  const schemes = ["http", "https"] as const;

  test.for(
    hosts.filter((host) => host !== "allowed.localhost."),
  )("nothing reaches the loopback server at %s on its own port", async (host) => {
    for (const scheme of schemes) await refusal(`${scheme}://${host}:${loopback.port}/`);
    expect(loopback.connections()).toBe(0);
  });

  test.for(hosts)("an allowed host cannot redirect there: %s", async (host) => {
    const other = await startLoopback((_request, response) => response.end("private"));
    try {
      const to = encodeURIComponent(`http://${host}:${other.port}/`);
      await refusal(`http://allowed.localhost:${loopback.port}/?to=${to}`);
      expect([loopback.connections(), other.connections()]).toEqual([1, 0]);
    } finally {
      await other.close();
    }
  });

  test.for([
    "ftp://public.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/html,hello",
    "blob:https://public.example/1234",
    "javascript:alert(1)",
    "ws://public.example/",
    "unix:/var/run/docker.sock",
    "http://public.example/",
    "HTTP://PUBLIC.EXAMPLE/",
  ])("another scheme is refused: %s", async (address) => {
    expect((await refusal(address)).reason).toBe("scheme");
  });

  test.for([
    "https://alice@public.example/",
    "https://alice:secret@public.example/",
    "https://public.example:secret@127.0.0.1/",
  ])("a user name in the address is refused: %s", async (address) => {
    const refused = await refusal(address);
    expect(refused.reason).toBe("credentials");
    expect(refused.message).not.toContain("secret");
  });

  test("a user name is refused for an allowed host, too", async () => {
    expect((await refusal(`http://alice@allowed.localhost:${loopback.port}/`)).reason).toBe("credentials");
    expect(loopback.connections()).toBe(0);
  });

  test.for([
    1, 22, 25, 80, 110, 465, 2375, 3306, 5432, 6379, 8080, 8443, 9200, 11211, 27017, 65535,
  ])("port %d of a public host is refused", async (port) => {
    expect((await refusal(`https://public.example:${port}/`)).reason).toBe("port");
  });

  test.for([
    "",
    "public.example",
    "//public.example",
    "https://",
    "https://[::1",
    "https://a b/",
    "https://1.2.3.999/",
    "https://[fe80::1%25lo]/",
  ])("what is no address is refused: %j", async (address) => {
    expect((await refusal(address)).reason).toBe("unreadable");
  });

  test("says in one sentence why, without the rest of the address", async () => {
    const messages: string[] = [];
    for (const address of [
      "https://10.0.0.1/callback?code=secret",
      "http://public.example/callback?code=secret",
      "https://public.example:8443/callback?code=secret",
      "https://al:secret@public.example/callback?code=secret",
      "https://[::1/callback?code=secret",
    ])
      messages.push((await refusal(address)).message);
    expect(messages).toEqual([
      "10.0.0.1 is not on the public internet, so we do not connect to it.",
      "Only addresses that start with https:// can be opened.",
      "public.example is asked for on port 8443, but only https's own port is open to us.",
      "The address of public.example has a user name or password in it: leave them out.",
      "This is not a complete web address.",
    ]);
  });

  test.for([
    "127.0.0.1",
    "[::1]",
    "localhost",
  ])("the loopback server would have answered and counted at %s", async (host) => {
    expect(await (await fetch(`http://${host}:${loopback.port}/`)).text()).toBe("hello");
    expect(loopback.connections()).toBe(1);
  });
});
