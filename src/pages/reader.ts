/** Knows pages: reads what they say of themselves, once for many looks, and never lets a slow site hold up a person. */
import { eq, lt } from "drizzle-orm";
import pLimit, { type LimitFunction } from "p-limit";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import { readPages } from "../database/schema.ts";
import { fetchPage, type PageProblem, type PageWorld } from "./fetch-page.ts";
import { type PageMetadata, readMetadata } from "./metadata.ts";
import { completeFromOembed } from "./oembed.ts";
import { identify, type PageLink, type SharedPage, withoutTracking } from "./page.ts";
import { knowPreview, type Preview, type PreviewWorld } from "./preview.ts";

export interface KnownPage {
  readonly page: SharedPage;
  /** What the page says of itself, now or when it could last be read; undefined: only the link speaks for it. */
  readonly metadata: PageMetadata | undefined;
  /** Why the page could not be read this time; "late": it is still being read. */
  readonly problem: PageProblem | "late" | undefined;
  /** The page's pictures as its site has them, by address; those that cannot be had are missing. */
  readonly previews: ReadonlyMap<string, Preview>;
}

export interface PageReader {
  /**
   * What the page says of itself wins over what the link says of it, which fills the gaps.
   * @param options.patienceMs then it goes on without what is not there yet
   * @param options.afresh asks the site, whatever is known
   */
  describe(
    link: PageLink,
    options: { readonly patienceMs: number; readonly afresh?: boolean },
  ): Promise<KnownPage>;
  /** By which a page is known, from what is known of it; asks no site. */
  identify(url: string): Promise<string>;
  /** A picture that is known already, or comes in time. */
  showPicture(address: string, patienceMs: number): Promise<Preview | undefined>;
  /** Resolves when nothing is being read. */
  settled(): Promise<void>;
}

export interface ReaderWorld extends PageWorld, PreviewWorld {
  readonly database: Database;
  readonly log: { warn(details: object, message: string): void };
}

/** So long what was read counts as what the page says. */
const FRESH_MS = 600_000;
/** So long a page that could not be read is not asked for again. */
const RETRY_MS = 60_000;
/** So long the last that could be read serves while its site is down. */
const LIFETIME_MS = 7 * 86_400_000;
const MOST_AT_ONCE = 16;
/** More than these wait for nobody: they are told as late, and asked for again at the next look. */
const MOST_WAITING = 200;

interface Reading {
  readonly metadata: PageMetadata | undefined;
  readonly problem: PageProblem | undefined;
}

export function createPageReader(world: ReaderWorld): PageReader {
  const limit = pLimit(MOST_AT_ONCE);
  const readings = shareWork<Reading>(limit, world.log);
  const pictures = shareWork<Preview | undefined>(limit, world.log);
  return {
    async describe(link, { patienceMs, afresh = false }) {
      const end = AbortSignal.timeout(patienceMs);
      const reading = await inTime(
        end,
        readings.join(link.url, () => readPage(world, link.url, afresh)),
      );
      const metadata = reading?.metadata;
      const previews = await Promise.all(
        picturesOf(link, metadata).map(async (address) => {
          const preview = await inTime(
            end,
            pictures.join(address, () => knowPreview(world, address)),
          );
          return preview === undefined ? [] : [[address, preview] as const];
        }),
      );
      return {
        page: merge(link, metadata),
        metadata,
        problem: reading === undefined ? "late" : reading.problem,
        previews: new Map(previews.flat()),
      };
    },
    async identify(url) {
      const asked = withoutTracking(url);
      const [row] = await world.database.select().from(readPages).where(eq(readPages.url, asked));
      const metadata = kept.safeParse(row?.metadata).data;
      return identify({ url: asked, canonical: metadata && findIdentity(asked, metadata) });
    },
    showPicture: (address, patienceMs) =>
      inTime(
        AbortSignal.timeout(patienceMs),
        pictures.join(address, () => knowPreview(world, address)),
      ),
    async settled() {
      await Promise.all([readings.settled(), pictures.settled()]);
    },
  };
}

/** The same work asked for twice at a time is done once; too much of it is not taken on. */
function shareWork<T>(limit: LimitFunction, log: ReaderWorld["log"]) {
  const underWay = new Map<string, Promise<T>>();
  return {
    join(key: string, work: () => Promise<T>): Promise<T> | undefined {
      const running = underWay.get(key);
      if (running !== undefined) return running;
      if (limit.pendingCount >= MOST_WAITING) return undefined;
      const started = limit(work).finally(() => underWay.delete(key));
      // Who asked for it goes on without it; that our own parts fail (database, picture store) is for the operator.
      started.catch((error: unknown) => log.warn({ err: error }, "a page or its picture could not be kept"));
      underWay.set(key, started);
      return started;
    },
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay.values());
    },
  };
}

export async function removeOldPages({
  database,
  now,
}: Pick<ReaderWorld, "database" | "now">): Promise<void> {
  await database.delete(readPages).where(lt(readPages.readAt, new Date(now().getTime() - LIFETIME_MS)));
}

/** What we wrote ourselves, in this version or an earlier one: a row that cannot be read is read anew. */
const kept = z.custom<PageMetadata>(
  (value) =>
    z
      .object({ url: z.string(), canonical: z.string(), tags: z.object({}) })
      .loose()
      .safeParse(value).success,
);

async function readPage(world: ReaderWorld, url: string, afresh: boolean): Promise<Reading> {
  const { database, now } = world;
  const [row] = await database.select().from(readPages).where(eq(readPages.url, url));
  const age = row === undefined ? Infinity : now().getTime() - row.readAt.getTime();
  const last = kept.safeParse(row?.metadata).data;
  const lastProblem = toProblem(row?.problem);
  if (
    !afresh &&
    age < (lastProblem === undefined ? FRESH_MS : RETRY_MS) &&
    (last !== undefined || lastProblem !== undefined)
  )
    return { metadata: last, problem: lastProblem };

  const fetched = await fetchPage(world, url);
  if (typeof fetched === "string") {
    const metadata = fetched === "failing" && age < LIFETIME_MS ? last : undefined;
    await keep(world, url, { metadata, problem: fetched });
    return { metadata, problem: fetched };
  }
  const metadata = await completeFromOembed(world, readMetadata(fetched.html, fetched.url));
  await keep(world, url, { metadata, problem: undefined });
  return { metadata, problem: undefined };
}

async function keep({ database, now }: ReaderWorld, url: string, reading: Reading): Promise<void> {
  const values = {
    metadata: reading.metadata === undefined ? null : JSON.parse(JSON.stringify(reading.metadata)),
    problem: reading.problem ?? null,
    readAt: now(),
  };
  await database
    .insert(readPages)
    .values({ url, ...values })
    .onConflictDoUpdate({ target: readPages.url, set: values });
}

function toProblem(word: string | null | undefined): PageProblem | undefined {
  return (["refused", "missing", "failing", "not-html"] as const).find((problem) => problem === word);
}

/** The picture to show, and the one that networks with a tag of their own would take instead. */
function picturesOf(link: PageLink, metadata: PageMetadata | undefined): string[] {
  const named = [metadata?.images[0]?.url ?? link.image, metadata?.networkImage];
  return [...new Set(named)].filter((address) => address !== undefined);
}

function merge(link: PageLink, metadata: PageMetadata | undefined): SharedPage {
  const [image] = metadata?.images ?? [];
  return {
    url: link.url,
    canonical: metadata === undefined ? undefined : findIdentity(link.url, metadata),
    title: metadata?.title || link.title || new URL(link.url).host,
    description: metadata?.description || link.description,
    image: image?.url ?? link.image,
    imageAlt: image?.alt || undefined,
  };
}

/** Some sites call every page of theirs by the address of the first one: that is then no name for this page. */
function findIdentity(url: string, { canonical }: PageMetadata): string | undefined {
  const isFrontPage = (address: string) =>
    new URL(address).pathname === "/" && new URL(address).search === "";
  return isFrontPage(canonical) && !isFrontPage(url) ? undefined : canonical;
}

/** Undefined: it was not there in time, or failed. */
async function inTime<T>(end: AbortSignal, work: Promise<T> | undefined): Promise<T | undefined> {
  if (work === undefined || end.aborted) return undefined;
  return await new Promise<T | undefined>((done) => {
    const stop = () => done(undefined);
    end.addEventListener("abort", stop, { once: true });
    work.then(done, stop).finally(() => end.removeEventListener("abort", stop));
  });
}
