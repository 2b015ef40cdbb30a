import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { aboutPlatform } from "../../src/platforms/registry.ts";
import { openPlatforms } from "../harness/networks/platforms.ts";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test("all platforms are there when their settings are, each built once", () => {
  const platforms = openPlatforms(emulator);
  expect(platforms.availablePlatforms().map(({ name }) => name)).toEqual([...platformNames]);
  for (const name of platformNames) {
    expect(platforms.getPlatform(name)).toBe(platforms.getPlatform(name));
    expect(platforms.missingSettings(name)).toEqual([]);
  }
});

test("a platform that is not set up is left out, and says in one sentence what it lacks", () => {
  const platforms = openPlatforms(emulator, { settings: { SOCIAL_TWITTER_CLIENT_ID: undefined } });
  const others = platformNames.filter((name) => name !== "twitter");
  expect(platforms.availablePlatforms().map(({ name }) => name)).toEqual(others);
  expect(platforms.missingSettings("twitter")).toEqual(["SOCIAL_TWITTER_CLIENT_ID"]);
  expect(() => platforms.getPlatform("twitter")).toThrow(
    /^X is not set up: SOCIAL_TWITTER_CLIENT_ID is missing\.$/,
  );
});

test("a setting that cannot be used is named, never shown", () => {
  const platforms = openPlatforms(emulator, { settings: { SOCIAL_TWITTER_API_ORIGIN: "api.x.com?key=abc" } });
  expect(() => platforms.getPlatform("twitter")).toThrow(
    /^X is not set up: SOCIAL_TWITTER_API_ORIGIN is not usable\.$/,
  );
});

test("what is told of a platform needs no settings", () => {
  expect(platformNames.map((name) => aboutPlatform(name).label)).toEqual([
    ...["Facebook", "Instagram", "Threads", "X", "LinkedIn", "Mastodon", "Bluesky"],
  ]);
  expect(aboutPlatform("mastodon").server).toBeDefined();
  expect(aboutPlatform("twitter").server).toBeUndefined();
});

test("only where the network tells repeats apart may a share be sent again blindly", () => {
  const safe = platformNames.filter((name) => aboutPlatform(name).resendSafeSeconds > 0);
  expect(safe).toEqual(["mastodon", "bluesky"]);
});
