import { expect, test } from "vitest";
import { createLimits } from "../../src/people/limits.ts";
import { inEnglish } from "../../src/words/words.ts";

const now = () => new Date("2026-11-20T12:00:00Z");

test("addresses of one IPv6 household count as one", () => {
  const limits = createLimits(now);
  const waits = Array.from({ length: 61 }, (_, index) =>
    limits.count("sign-in", { ipAddress: `2001:db8:1:2:${index.toString(16)}::1` }),
  );
  expect(waits.filter((wait) => wait !== undefined)).toHaveLength(1);
  expect(limits.count("sign-in", { ipAddress: "2001:db8:1:3::1" })).toBeUndefined();
});

test("an IPv4 address is the same however it is written", () => {
  const limits = createLimits(now);
  const count = (ipAddress: string) => limits.count("sign-in", { ipAddress });
  for (let tries = 0; tries < 60; tries += 1) expect(count("192.0.2.7")).toBeUndefined();
  expect(inEnglish(count("::ffff:192.0.2.7") ?? "")).toBe("Too many tries. Wait 15 minutes, then try again.");
});

test("a flood of addresses does not fill the memory, and forgets the oldest first", () => {
  const limits = createLimits(now);
  for (let tries = 0; tries < 21; tries += 1)
    limits.count("sign-in", { mail: "ana@example.com", ipAddress: undefined });
  for (let index = 0; index < 19_000; index += 1)
    limits.count("sign-in", { mail: `p${index}@example.com`, ipAddress: undefined });
  expect(limits.count("sign-in", { mail: "ana@example.com", ipAddress: undefined })).toBeDefined();
  for (let index = 0; index < 2_000; index += 1)
    limits.count("sign-in", { mail: `q${index}@example.com`, ipAddress: undefined });
  expect(limits.count("sign-in", { mail: "ana@example.com", ipAddress: undefined })).toBeUndefined();
});
