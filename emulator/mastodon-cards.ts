/** Gives a status its link card, some time after it was posted (docs/platforms/link-cards.md, section 4). */
import { makeMastodonCard } from "./cards.ts";
import type { MastodonWorld } from "./mastodon-access.ts";
import type { MastodonAccount, MastodonServer, MastodonStatus } from "./mastodon-memory.ts";
import { urlsIn } from "./mastodon-text.ts";

/** The first link counts; with a picture or a content warning there is no card. */
export function makeCardLater(world: MastodonWorld, server: MastodonServer, status: MastodonStatus): void {
  const [url] = urlsIn(status.text);
  if (url === undefined || status.media.length > 0 || status.spoilerText !== "") return;
  world.inBackground(server.switches.cardDelayMs, async (signal) => {
    const made = await makeMastodonCard(world, url, signal);
    if (!made) return;
    const author = made.creator && creditedAccount(world, made.creator, url);
    status.card = { ...made.card, ...(author && { byline: { accountId: author.id } }) };
  });
}

/** The account that the page names, if it allows that page's domain to credit it. */
function creditedAccount(world: MastodonWorld, creator: string, url: string): MastodonAccount | undefined {
  const [username, domain] = creator.replace(/^@/, "").toLowerCase().split("@");
  const host = (domain ?? "").replace(/:\d+$/, "");
  const { hostname } = new URL(url);
  const account = world.memory.accounts.find((candidate) => {
    const home = world.memory.servers.find((server) => server.host === candidate.server);
    return candidate.username === username && (home?.host === host || home?.accountDomain === host);
  });
  const allowed = account?.attributionDomains.some(
    (allowing) => hostname === allowing || hostname.endsWith(`.${allowing}`),
  );
  return allowed ? account : undefined;
}
