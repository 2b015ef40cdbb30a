/** Gives a status its link card, some time after it was posted (docs/networks/link-cards.md, section 4). */
import { cardPicture, crawlPicture } from "../../crawl/cards.ts";
import type { LinkCard, Memory, World } from "../../network.ts";
import type { MastodonAccount, Server, Status } from "../memory.ts";
import type { MastodonWorld } from "../oauth/access.ts";
import { urlsIn } from "../text.ts";
import { crawlPage } from "./crawl.ts";

const maxPictureBytes = 8 * 1024 * 1024 - 1;
const bot = "Mastodon/4.7.0-alpha.2 (simulated)";

/** Uses the first link that does not lead to the server itself. Statuses with pictures have no card. */
export function makeCardLater(world: MastodonWorld, server: Server, status: Status): void {
  const url = urlsIn(status.text).find((each) => new URL(each).hostname !== server.host);
  if (url === undefined || status.media.length > 0) return;
  world.inBackground(server.switches.cardDelayMs, async (signal) => {
    const made = await makeMastodonCard(world, url, signal);
    if (!made) return;
    const author = made.creator && creditedAccount(world, made.creator, made.host);
    status.card = { ...made.card, ...(author && { byline: { accountId: author.id } }) };
  });
}

/** A server's card of a page. The credited account's server decides whether the account agrees. */
export interface MastodonCard {
  readonly card: LinkCard;
  /** "@ana@social.example" */
  readonly creator?: string;
  /** The domain that the credited account must allow. */
  readonly host: string;
}

export async function makeMastodonCard(
  world: World<Memory>,
  url: string,
  signal: AbortSignal,
): Promise<MastodonCard | null> {
  const found = await crawlPage(url, signal);
  if (!found) return null;
  const { page } = found;
  const picture = page.image ? await crawlPicture(page.image, maxPictureBytes, bot, signal) : undefined;
  const isLarge = page.type === "video" || (picture !== undefined && picture.width > picture.height);
  const published = new Date(page.publishedAt ?? Number.NaN);
  const card: LinkCard = {
    kind: isLarge ? "large" : "summary",
    url,
    title: page.title,
    description: page.description,
    siteName: page.providerName,
    more: {
      type: page.type,
      authorName: page.authorName,
      authorUrl: page.authorUrl,
      ...(!Number.isNaN(published.getTime()) && { publishedAt: published.toISOString() }),
    },
    ...(await cardPicture(world, picture, page.imageAlt)),
  };
  const host = new URL(page.canonical).hostname;
  return { card, host, ...(page.creator !== undefined && { creator: page.creator }) };
}

/** The account that the page names, if it allows that page's domain to credit it. */
function creditedAccount(
  world: MastodonWorld,
  creator: string,
  hostname: string,
): MastodonAccount | undefined {
  const [username, domain] = creator.replace(/^@/, "").toLowerCase().split("@");
  const host = (domain ?? "").replace(/:\d+$/, "");
  const account = world.memory.accounts.find((candidate) => {
    const home = world.memory.servers.find((server) => server.host === candidate.server);
    return candidate.username === username && (home?.host === host || home?.accountDomain === host);
  });
  const allowed = account?.attributionDomains.some(
    (allowing) => hostname === allowing || hostname.endsWith(`.${allowing}`),
  );
  return allowed ? account : undefined;
}
