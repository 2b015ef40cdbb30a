/** Reads pages once for many viewers, and never lets a slow site delay a person. */
import type { Database } from "../database/open.ts";
import { findIdentity } from "./identity.ts";
import { type KnownPage, merge, picturesOf } from "./known-page.ts";
import { identify, type PageLink, toKey, withoutAnchor, withoutTracking } from "./page.ts";
import { findFreshPreview, knowPreview, type Preview, type PreviewWorld } from "./pictures/preview.ts";
import { startWithUsable } from "./pictures/usable-pictures.ts";
import { findFresh, keep, kept, LIFETIME_MS, type Reading, recall, statements } from "./read-pages.ts";
import { askSite, type ReadPage } from "./visit/ask-site.ts";
import type { PageWorld } from "./visit/fetch-page.ts";
import { completeFromOembed, isWhole } from "./visit/oembed.ts";
import { inTime, shareWork } from "./visit/shared-work.ts";
import { createTurns } from "./visit/turns.ts";

export interface PageReader {
  /**
   * Describes a page. Its own metadata wins and the link fills the gaps; the other way round if the page has no useful
   * metadata.
   * @param options.patienceMs how long to wait before returning what is known
   * @param options.afresh asks the site even if the page is known, and waits for its oEmbed response too
   * @param options.reader the person who waits: readers take turns
   */
  describe(
    link: PageLink,
    options: { readonly patienceMs: number; readonly afresh?: boolean; readonly reader?: string },
  ): Promise<KnownPage>;
  /** The address that identifies a page, from what is known about it. Makes no request. */
  identify(url: string): Promise<string>;
  /** A picture that is known or arrives in time. @param reader the person who waits */
  showPicture(address: string, patienceMs: number, reader?: string): Promise<Preview | undefined>;
  /** Resolves when no page is being read. */
  settled(): Promise<void>;
}

/** What reading pages needs. */
export interface ReaderWorld extends PageWorld, PreviewWorld {
  readonly database: Database;
  readonly log: { warn(details: object, message: string): void };
}

/** Further readings are refused as late and tried again at the next request. */
const TURNS = { places: 16, mostWaiting: 400, mostWaitingEach: 60, waitMs: 15_000 };

/** Creates the reader of this process. */
export function createPageReader(world: ReaderWorld): PageReader {
  const turns = createTurns(TURNS);
  const readings = shareWork<Reading>(turns, world.log);
  const tellings = shareWork<ReadPage>(turns, world.log);
  const pictures = shareWork<Preview | undefined>(turns, world.log);
  const read = async (url: string, { afresh, reader }: { afresh: boolean; reader: string }) => {
    const reading = await readPage(world, url, afresh);
    const { metadata } = reading;
    // Only some networks need the oEmbed response, so nobody waits for it.
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
      const address = withoutAnchor(link.url);
      const known = afresh ? undefined : await findFresh(world, address);
      const reading =
        known ??
        (await inTime(
          end,
          readings.join(address, reader, () => read(address, { afresh, reader })),
        ));
      const told = afresh ? await inTime(end, tellings.find(address)) : undefined;
      const said = told ?? reading?.metadata;
      const metadata =
        said && (await startWithUsable(said, (picture) => findPicture(picture, reader, end), end));
      const previews = await Promise.all(
        picturesOf(link, metadata).map(async (picture) => {
          const preview = await findPicture(picture, reader, end);
          return preview === undefined ? [] : [[picture, preview] as const];
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
      const asked = withoutAnchor(withoutTracking(url));
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

async function readPage(world: ReaderWorld, url: string, afresh: boolean): Promise<Reading> {
  // Someone else may have read it while this waited for its turn.
  const fresh = afresh ? undefined : await findFresh(world, url);
  if (fresh !== undefined) return fresh;
  const reading = await askAnew(world, url);
  await keep(world, url, reading);
  return reading;
}

async function askAnew(world: ReaderWorld, url: string): Promise<Reading> {
  const answer = await askSite(world, url);
  if (typeof answer !== "string") return { metadata: answer, problem: undefined };
  // A site that is down or blocks bots says nothing about the page.
  if (answer !== "failing" && answer !== "challenge") return { metadata: undefined, problem: answer };
  const last = await recall(world, url);
  return { metadata: last.age < LIFETIME_MS ? last.metadata : undefined, problem: answer };
}

/** Adds the oEmbed response. */
async function tellMore(world: ReaderWorld, url: string, metadata: ReadPage): Promise<ReadPage> {
  const told = { ...metadata, ...(await completeFromOembed(world, metadata)) };
  if (told.facts?.told !== undefined) await keep(world, url, { metadata: told, problem: undefined });
  return told;
}
