import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { findSoftware, whatIsKnownOf } from "../../../src/platforms/mastodon/software.ts";
import type { PlatformWorld } from "../../../src/platforms/platform.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";

let emulator: Emulator;
const world: PlatformWorld = {
  fetch: emulatedFetch,
  serviceName: () => "Sharewell",
  now: () => new Date(),
  wait: async () => {},
  apps: {
    find: async () => undefined,
    save: async (_server, app) => app,
    retire: async () => {},
    list: async () => [],
  },
  hostPicture: async () => "",
  resolveTxt: async () => [],
};

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(() => control(emulator.mastodon, "POST", "reset", {}));

const find = (name: string) => findSoftware(world, `http://${name}.localhost:${emulator.mastodon.port}`);

describe("which software a server runs", () => {
  test.each([
    ["mastodon", { name: "mastodon", version: "4.6.2" }],
    ["snac", { name: "snac", version: "2.94" }],
    ["activities", { name: "activities-next", version: "1.144.0" }],
    ["sharkey", { name: "sharkey", version: "2024.9.1" }],
    ["iceshrimp", { name: "iceshrimp.net", version: "2026.5.1" }],
  ])("%s says it by NodeInfo", async (host, software) => {
    expect(await find(host)).toEqual(software);
  });

  test.each([
    ["wordpress", { name: "wordpress", version: "6.1.9" }],
    ["iceshrimp", { name: "iceshrimp", version: "2026.5.1" }],
    ["snac", { name: "snac", version: "2.94" }],
    ["gotosocial", { name: "gotosocial", version: "0.20.1" }],
  ])("%s without NodeInfo says it in its version", async (host, software) => {
    await control(emulator.mastodon, "POST", "switches", { server: `${host}.localhost`, nodeinfo: false });
    expect(await find(host)).toEqual(software);
  });

  test("a bare number, a web page or something without a name says nothing", async () => {
    await control(emulator.mastodon, "POST", "switches", { nodeinfo: false });
    expect(await find("mastodon")).toBeUndefined();
    expect(await find("html")).toBeUndefined();
    await control(emulator.mastodon, "POST", "switches", { nodeinfo: true, software: "" });
    expect(await find("mastodon")).toBeUndefined();
  });
});

describe("what is known of it", () => {
  const known = (name: string, version: string) => whatIsKnownOf({ name, version });

  test("Mastodon keeps a key for an hour; a repeat beside the first is safe only since 4.6", () => {
    const now = { keySeconds: 3_600, keyHoldsAtOnce: true };
    for (const version of ["4.6.0", "4.6.2+glitch", "v4.7.1", "4.7.0-alpha.2", "5.0.0", "4.10.0"])
      expect(known("mastodon", version), version).toMatchObject(now);
    for (const version of ["4.6.0-beta.1", "4.5.9", "4.3.0+glitch", "4.2.10", "3.5.3"]) {
      expect(known("mastodon", version), version).toMatchObject({ keySeconds: 3_600 });
      expect(known("mastodon", version), version).not.toHaveProperty("keyHoldsAtOnce");
    }
  });

  test.each([
    ["snac", "2.94"],
    ["sharkey", "2024.9.1"],
    ["iceshrimp.net", "2026.5.1"],
    ["pixelfed", "0.12.3"],
    ["wordpress", "6.1.9"],
    ["gotosocial", "0.20.1"],
    ["akkoma", "3.15.2"],
    ["takahe", "0.11.0"],
    ["made up", ""],
  ])("of the keys of %s nothing is known that could be relied on", (name, version) => {
    expect(known(name, version)).not.toHaveProperty("keySeconds");
  });

  test("Hollo keeps the key with the post itself, and lists only with leave to read", () => {
    expect(known("hollo", "0.10.0")).toMatchObject({ keySeconds: 3_600, listNeeds: "read:statuses" });
    expect(known("hollo", "0.4.0")).not.toHaveProperty("keySeconds");
  });

  test("of who does not say what it is nothing is known", () => {
    expect(whatIsKnownOf(undefined)).toEqual({});
    expect(known("mastodon", "no version")).toEqual({});
  });
});
