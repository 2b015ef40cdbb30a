/** Knows pages: reads what they say of themselves, once for many looks, and never lets a slow site hold up a person. */
import { eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import { preparedOnce } from "../database/prepared.ts";
import { readPages } from "../database/schema.ts";
import { findIdentity } from "./identity.ts";
import { identify, type PageLink, type SharedPage, toKey, withoutTracking } from "./page.ts";
import { findFreshPreview, knowPreview, type Preview, type PreviewWorld } from "./pictures/preview.ts";
import { startWithUsable } from "./pictures/usable-pictures.ts";
import type { PageMetadata } from "./reading/metadata.ts";
import { askSite, type ReadPage } from "./visit/ask-site.ts";
import { type PageProblem, type PageWorld, pageProblems } from "./visit/fetch-page.ts";
import { completeFromOembed, isWhole } from "./visit/oembed.ts";
import { createTurns, type Reading as Turn, type Turns } from "./visit/turns.ts";

export interface KnownPage {
  readonly page: SharedPage;
  /** What the page says of itself, now or when it could last be read; undefined: only the link speaks for it. */
  readonly metadata: PageMetadata | undefined;
  /** Why the page could not be read this time; "late": it is still being read. */
  readonly problem: PageProblem | "late" | undefined;
  /** The page was read, but says less than the link does, whose words are taken in their place. */
  readonly saysLess: boolean;
  /** The page's pictures as its site has them, by address; those that cannot be had are missing. */
  readonly previews: ReadonlyMap<string, Preview>;
}

export interface PageReader {
  /**
   * What the page says of itself wins over what the link says of it, which fills the gaps; the other way round where
   * the page says nothing for others to read.
   * @param options.patienceMs then it goes on without what is not there yet
   * @param options.afresh asks the site, whatever is known, and waits for all that it says
   * @param options.reader who waits for it: readers take turns
   */
  describe(
    link: PageLink,
    options: { readonly patienceMs: number; readonly afresh?: boolean; readonly reader?: string },
  ): Promise<KnownPage>;
  /** By which a page is known, from what is known of it; asks no site. */
  identify(url: string): Promise<string>;
  /** A picture that is known already, or comes in time. @param reader who waits for it */
  showPicture(address: string, patienceMs: number, reader?: string): Promise<Preview | undefined>;
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
/** More than these do not wait: they are told as late, and asked for again at the next look. */
const TURNS = { places: 16, mostWaiting: 400, mostWaitingEach: 60, waitMs: 15_000 };

interface Reading {
  readonly metadata: ReadPage | undefined;
  readonly problem: PageProblem | undefined;
}

export function createPageReader(world: ReaderWorld): PageReader {
  const turns = createTurns(TURNS);
  const readings = shareWork<Reading>(turns, world.log);
  const tellings = shareWork<ReadPage>(turns, world.log);
  const pictures = shareWork<Preview | undefined>(turns, world.log);
  const read = async (url: string, { afresh, reader }: { afresh: boolean; reader: string }) => {
    const reading = await readPage(world, url, afresh);
    const { metadata } = reading;
    // Nobody is made to wait for what only some networks ask for.
    if (metadata?.facts?.oembed !== undefined && metadata.facts.told === undefined && isWhole(metadata))
      tellings.join(url, reader, () => tellMore(world, url, metadata));
    return reading;
  };
  const findPicture = async (address: string, reader: string, end: AbortSignal) => {
    const known = await findFreshPreview(world, address);
    if (known !== undefined) return known.preview;
    return await inTime(
      end,
      pictures.join(address, reader, () => knowPreview(world, address)),
    );
  };
  return {
    async describe(link, { patienceMs, afresh = false, reader = "" }) {
      const end = AbortSignal.timeout(patienceMs);
      const known = afresh ? undefined : await findFresh(world, link.url);
      const reading =
        known ??
        (await inTime(
          end,
          readings.join(link.url, reader, () => read(link.url, { afresh, reader })),
        ));
      const told = afresh ? await inTime(end, tellings.find(link.url)) : undefined;
      const said = told ?? reading?.metadata;
      const metadata =
        said && (await startWithUsable(said, (address) => findPicture(address, reader, end), end));
      const previews = await Promise.all(
        picturesOf(link, metadata).map(async (address) => {
          const preview = await findPicture(address, reader, end);
          return preview === undefined ? [] : [[address, preview] as const];
        }),
      );
      const page = merge(link, metadata);
      return {
        page,
        metadata,
        saysLess: metadata?.isVague === true && link.title !== "" && link.title !== metadata.title,
        problem: reading === undefined ? "late" : reading.problem,
        previews: new Map(previews.flat()),
      };
    },
    async identify(url) {
      const asked = withoutTracking(url);
      const [row] = await statements(world.database).find.execute({ url: toKey(asked) });
      const metadata = kept.safeParse(row?.metadata).data;
      return identify({ url: asked, canonical: metadata && findIdentity(asked, metadata) });
    },
    showPicture: (address, patienceMs, reader = "") =>
      findPicture(address, reader, AbortSignal.timeout(patienceMs)),
    async settled() {
      await readings.settled();
      await Promise.all([tellings.settled(), pictures.settled()]);
    },
  };
}

/** The same work asked for twice at a time is done once; too much of it is not taken on. */
function shareWork<T>(turns: Turns, log: ReaderWorld["log"]) {
  const underWay = new Map<string, { readonly turn: Turn; readonly done: Promise<T | undefined> }>();
  return {
    /** Undefined, at once or later: its turn did not come. @param address of the site that is asked */
    join(address: string, reader: string, work: () => Promise<T>): Promise<T | undefined> | undefined {
      const known = underWay.get(address);
      if (known !== undefined) {
        turns.join(known.turn, reader);
        return known.done;
      }
      const { promise: done, resolve, reject } = Promise.withResolvers<T | undefined>();
      const turn: Turn = {
        site: new URL(address).host,
        start: () =>
          work()
            .then(resolve, reject)
            .finally(() => underWay.delete(address)),
        giveUp() {
          underWay.delete(address);
          resolve(undefined);
        },
      };
      // Who asked for it goes on without it; that our own parts fail (database, picture store) is for the operator.
      done.catch((error: unknown) => log.warn({ err: error }, "a page or its picture could not be kept"));
      underWay.set(address, { turn, done });
      if (turns.queue(turn, reader)) return done;
      underWay.delete(address);
      return undefined;
    },
    /** Undefined: it is not being done. */
    find: (address: string) => underWay.get(address)?.done,
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay.values()].map(({ done }) => done));
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
const kept = z.custom<ReadPage>(
  (value) =>
    z
      .object({ url: z.string(), canonical: z.string(), tags: z.object({}) })
      .loose()
      .safeParse(value).success,
);

/** What needs no asking of its site. */
async function findFresh(world: ReaderWorld, url: string): Promise<Reading | undefined> {
  const { metadata, problem, age } = await recall(world, url);
  const isFresh = age < (problem === undefined ? FRESH_MS : RETRY_MS);
  return isFresh && (metadata !== undefined || problem !== undefined) ? { metadata, problem } : undefined;
}

const statements = preparedOnce((database) => ({
  find: database
    .select()
    .from(readPages)
    .where(eq(readPages.url, sql.placeholder("url")))
    .prepare("find_read_page"),
}));

/** What is kept of a page, and how old that is, in milliseconds. */
async function recall({ database, now }: ReaderWorld, url: string): Promise<Reading & { age: number }> {
  const [row] = await statements(database).find.execute({ url: toKey(url) });
  return {
    metadata: kept.safeParse(row?.metadata).data,
    problem: toProblem(row?.problem),
    age: row === undefined ? Infinity : now().getTime() - row.readAt.getTime(),
  };
}

async function readPage(world: ReaderWorld, url: string, afresh: boolean): Promise<Reading> {
  // Somebody else may have read it while this waited for its turn.
  const fresh = afresh ? undefined : await findFresh(world, url);
  if (fresh !== undefined) return fresh;
  const reading = await askAnew(world, url);
  await keep(world, url, reading);
  return reading;
}

async function askAnew(world: ReaderWorld, url: string): Promise<Reading> {
  const answer = await askSite(world, url);
  if (typeof answer !== "string") return { metadata: answer, problem: undefined };
  // That a site is down, or takes us for a robot, says nothing of the page.
  if (answer !== "failing" && answer !== "challenge") return { metadata: undefined, problem: answer };
  const last = await recall(world, url);
  return { metadata: last.age < LIFETIME_MS ? last.metadata : undefined, problem: answer };
}

/** With what its site says beside the page. */
async function tellMore(world: ReaderWorld, url: string, metadata: ReadPage): Promise<ReadPage> {
  const told = { ...metadata, ...(await completeFromOembed(world, metadata)) };
  if (told.facts?.told !== undefined) await keep(world, url, { metadata: told, problem: undefined });
  return told;
}

async function keep({ database, now }: ReaderWorld, url: string, reading: Reading): Promise<void> {
  const values = {
    metadata: reading.metadata === undefined ? null : JSON.parse(JSON.stringify(reading.metadata)),
    problem: reading.problem ?? null,
    readAt: now(),
  };
  await database
    .insert(readPages)
    .values({ url: toKey(url), ...values })
    .onConflictDoUpdate({ target: readPages.url, set: values });
}

function toProblem(word: string | null | undefined): PageProblem | undefined {
  return pageProblems.find((problem) => problem === word);
}

/** The picture to show, and those that some networks would take instead. */
function picturesOf(link: PageLink, metadata: ReadPage | undefined): string[] {
  const { networkImage, facts } = metadata ?? {};
  const named = [merge(link, metadata).image, networkImage, facts?.picture, facts?.told?.picture];
  return [...new Set(named)].filter((address) => address !== undefined);
}

function merge(link: PageLink, metadata: ReadPage | undefined): SharedPage {
  const [image] = metadata?.images ?? [];
  const said = { title: metadata?.title, description: metadata?.description, image: image?.url };
  const [first, second] = metadata?.isVague === true ? [link, said] : [said, link];
  const shown = first.image ?? second.image;
  return {
    url: link.url,
    canonical: metadata && findIdentity(link.url, metadata),
    title: first.title || second.title || new URL(link.url).host,
    description: first.description || second.description || "",
    image: shown,
    imageAlt: (shown === image?.url && image?.alt) || undefined,
  };
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
