import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { openPlatforms } from "../harness/networks/platforms.ts";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const url = "https://blog.example.com/post?a=b+c";

test.each([
  ["no message", "  ", url],
  ["a message", " Worth a read ", `Worth a read\n\n${url}`],
  ["the address in the message", `See ${url}!`, `See ${url}!`],
  ["the address alone", url, url],
  ["the address at a sentence's end", `I liked ${url}. Really.`, `I liked ${url}. Really.`],
  ["the address in brackets", `Read (${url}) now`, `Read (${url}) now`],
  ["a longer address that begins alike", `Not ${url}-2`, `Not ${url}-2\n\n${url}`],
  ["an address below it", `Not ${url}/comments`, `Not ${url}/comments\n\n${url}`],
  ["an address with more parameters", `Not ${url}&page=2`, `Not ${url}&page=2\n\n${url}`],
  ["both", `Not ${url}#top but ${url}`, `Not ${url}#top but ${url}`],
])("a share with %s has the page's own address once", (_, message, text) => {
  const platforms = openPlatforms(emulator);
  for (const name of ["twitter", "mastodon", "instagram"] as const)
    expect(platforms.getPlatform(name).composeText(message, url)).toBe(text);
});

test("where the link travels beside the text, the text is the message alone", () => {
  const platforms = openPlatforms(emulator);
  for (const name of ["facebook", "threads", "linkedin"] as const)
    expect(platforms.getPlatform(name).composeText(" Worth a read ", url)).toBe("Worth a read");
});

test("a site's bare address is not taken for a page of it, nor for a host that begins alike", () => {
  const site = "https://example.co";
  const platform = openPlatforms(emulator).getPlatform("mastodon");
  for (const other of ["https://example.com", "https://example.co.uk", "https://example.co/a"])
    expect(platform.composeText(other, site)).toBe(`${other}\n\n${site}`);
  expect(platform.composeText(`${site}, at last`, site)).toBe(`${site}, at last`);
});
