/**
 * Malicious pages: each is read in a separate process within its deadline, whatever its size, while this process
 * continues.
 */
import { expect, test } from "vitest";
import { describePage } from "../../src/pages/visit/page-readers.ts";
import { hostilePages } from "../stress/hostile/pages.ts";

/** A careless parser takes minutes for a page of this size; the most that we read is four times as much. */
const SIZE = 500_000;

const asPage = (html: string, type = "text/html; charset=utf-8") => ({
  bytes: Buffer.from(html),
  type,
  url: "https://hostile.example/page",
});

test.each(hostilePages)("$name", async ({ make, type }) => {
  const metadata = await describePage(asPage(make(SIZE), type));
  expect(metadata).toMatchObject({ url: "https://hostile.example/page" });
  expect(JSON.stringify(metadata).length).toBeLessThan(500_000);
});

test("while a page is read, this process is free", async () => {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  const html = hostilePages.find(({ name }) => name === "many attributes")?.make(2_000_000) ?? "";
  const before = turns;
  await describePage(asPage(html));
  clearInterval(ticking);
  expect(turns - before).toBeGreaterThan(10);
});

test("words, references and lists beyond all measure leave what is there to be read", async () => {
  const page = (name: string) => hostilePages.find((each) => each.name === name)?.make(200_000) ?? "";
  const read = (name: string) => describePage(asPage(page(name)));
  expect(await read("references to a list of addresses")).toMatchObject({ title: "A page" });
  const { images } = (await read("references to a list of addresses")) ?? { images: [] };
  expect(images.length).toBeLessThanOrEqual(10);
  expect(Object.keys((await read("long words in many tags"))?.tags ?? {}).length).toBeLessThanOrEqual(100);
});
