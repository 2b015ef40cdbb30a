/** Everything that parses what a site sent. Runs in a process of its own, for page-readers.ts. */
import { decodeHtml } from "../reading/decode.ts";
import { factsText, readFacts } from "../reading/facts.ts";
import { readMetadata } from "../reading/metadata.ts";
import { readSigns } from "../reading/signs.ts";
import { tidy } from "../reading/words.ts";
import type { FetchedPage } from "./fetch-page.ts";
import type { DescribedPage, PageTask } from "./page-readers.ts";

/** Works on one task of page-readers.ts. */
export function work(task: PageTask): unknown {
  switch (task.what) {
    case "page":
      return readPage(task);
    case "oembed":
      return readOembed(asBuffer(task.bytes).toString("utf8"));
  }
}

function readPage({ bytes, type, url }: Pick<FetchedPage, "bytes" | "type" | "url">): DescribedPage {
  const all = asBuffer(bytes);
  const page = decodeHtml(all, type);
  const facts = readFacts(factsText(all, type, page), { type, url });
  return { ...readMetadata(page.text, url), facts, signs: readSigns(page.text) };
}

/** The same bytes without a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function readOembed(text: string): unknown {
  const answer: unknown = JSON.parse(text);
  const told = new Map(Object.entries(typeof answer === "object" && answer !== null ? answer : {}));
  const words = (name: string) => {
    const value = told.get(name);
    return typeof value === "string" ? tidy(value) : "";
  };
  return {
    type: String(told.get("version")) === "1.0" ? words("type") : "",
    title: words("title"),
    author: words("author_name"),
    provider: words("provider_name"),
    thumbnail: words("thumbnail_url"),
    picture: words("url"),
  };
}
