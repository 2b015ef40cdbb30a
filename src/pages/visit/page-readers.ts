/**
 * Parses what sites sent in separate processes, so that a page can only harm its own parsing. Threads would not do:
 * their memory stays with the process (100 MB after 200 hostile pages).
 */
import { z } from "zod";
import { createProcesses } from "../../workers/processes.ts";
import { beside } from "../../workers/workers.ts";
import type { PageObject } from "../reading/fact-objects.ts";
import type { PageFacts } from "../reading/facts.ts";
import type { PageMetadata } from "../reading/metadata.ts";
import type { PageImage } from "../reading/page-images.ts";
import type { PageSigns } from "../reading/signs.ts";
import type { FetchedPage } from "./fetch-page.ts";

/** One task for a whole page, so that its text, up to millions of characters, stays out of this process. */
export type PageTask =
  | ({ readonly what: "page" } & FetchedPage)
  | { readonly what: "oembed"; readonly bytes: Uint8Array };

/**
 * The most expensive 2 MB page we could construct takes a second on an ordinary machine and 60 MB; a busy machine takes
 * ten times as long.
 */
const readers = createProcesses({
  file: beside(import.meta.url, "page-process"),
  mostAtOnce: 2,
  mostWaiting: 64,
  deadlineMs: 10_000,
  memoryMb: 256,
});

/** A schema for each property, so that the compiler notices one that would be dropped. */
type ShapeOf<T> = Readonly<Record<keyof T, z.ZodType>>;

const signsShape: z.ZodType<PageSigns> = z.object({
  refresh: z.string(),
  canonical: z.string(),
  robots: z.string(),
  length: z.number(),
  headings: z.string(),
  hasPassword: z.boolean(),
  asksName: z.boolean(),
  fields: z.number(),
  hasCaptcha: z.boolean(),
  isChallenge: z.boolean(),
  hasScripts: z.boolean(),
  isSubject: z.boolean(),
  isArticle: z.boolean(),
  hasJsonLd: z.boolean(),
} satisfies ShapeOf<PageSigns>);

const words = z.string().exactOptional();
const factsShape: z.ZodType<PageFacts> = z.object({
  type: z.string(),
  metas: z.record(z.string(), z.string().nullable()),
  lastCard: words,
  headTitle: words,
  picture: words,
  objects: z.array(
    z.object({
      type: z.string(),
      headline: words,
      description: words,
      author: words,
      publisher: words,
    } satisfies ShapeOf<PageObject>),
  ),
  oembed: words,
} satisfies ShapeOf<Omit<PageFacts, "told">>);

/** A page after parsing. */
export interface DescribedPage extends PageMetadata {
  readonly signs: PageSigns;
}

const describedShape: z.ZodType<DescribedPage> = z.object({
  signs: signsShape,
  url: z.string(),
  canonical: z.string(),
  title: z.string(),
  description: z.string(),
  siteName: z.string(),
  images: z.array(
    z.object({
      url: z.string(),
      width: z.number().exactOptional(),
      height: z.number().exactOptional(),
      alt: z.string(),
    } satisfies ShapeOf<PageImage>),
  ),
  networkImage: z.string().exactOptional(),
  icon: z.string().exactOptional(),
  language: z.string().exactOptional(),
  author: z.string(),
  keywords: z.array(z.string()).exactOptional(),
  oembed: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()),
  facts: factsShape.exactOptional(),
} satisfies ShapeOf<DescribedPage>);

const oembedShape = z.object({
  type: z.string(),
  title: z.string(),
  author: z.string(),
  provider: z.string(),
  thumbnail: z.string(),
  picture: z.string(),
});

/** Parses a page. @returns undefined if it cannot be parsed in time */
export async function describePage(page: FetchedPage): Promise<DescribedPage | undefined> {
  const { bytes, type, url } = page;
  const task: PageTask = { what: "page", bytes, type, url };
  return (await readers.run(task, describedShape)).result;
}

/** Parses an oEmbed response, with "" for what it does not say. @returns undefined if it cannot be parsed in time */
export async function readOembedAnswer(bytes: Uint8Array): Promise<z.infer<typeof oembedShape> | undefined> {
  const task: PageTask = { what: "oembed", bytes };
  return (await readers.run(task, oembedShape)).result;
}
