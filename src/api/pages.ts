/** How often a page was shared, and the signed-in person's own shares of it. */
import type { Context } from "hono";
import { handleOf } from "../connections/connection.ts";
import { readContextAddress } from "../limits/address.ts";
import { readPageLink } from "../pages/page.ts";
import { holdBack } from "../people/sign-in/hold-back.ts";
import type { Runtime } from "../service/runtime.ts";
import { listShares } from "../sharing/record/history.ts";
import { countPageShares } from "../sharing/record/page-shares.ts";
import { inEnglish } from "../words/words.ts";

type ApiContext = Context<{ Variables: { runtime: Runtime } }>;

/** The most own shares that are returned, newest first. */
const MOST_OWN = 100;

/**
 * GET /api/v1/pages?url=
 * `total` and `platforms` are null if counts are not public; `mine` is null for people who are not signed in.
 */
export async function showPageShares(c: ApiContext): Promise<Response> {
  const { runtime } = c.var;
  c.header("access-control-allow-origin", "*");
  c.header("cross-origin-resource-policy", "cross-origin");
  c.header("vary", "cookie");
  const ipAddress = readContextAddress(c.env, runtime.config.trustProxy);
  const refusal = await holdBack(runtime, "api", { headers: c.req.raw.headers, ipAddress });
  if (refusal !== undefined) {
    c.header("retry-after", String(refusal.waitSeconds));
    c.header("cache-control", "no-store");
    return c.json({ error: inEnglish(refusal.problem) }, 429);
  }
  const reading = readPageLink({ url: c.req.query("url") });
  if ("problem" in reading) return c.json({ error: inEnglish(reading.problem) }, 400);
  const { url } = reading.link;
  const counts = runtime.config.publicCounts ? await countPageShares(runtime, url) : undefined;
  const signedIn = await runtime.people.findPerson(c.req.raw.headers);
  c.header("cache-control", signedIn === undefined ? "public, max-age=60" : "private, no-store");
  return c.json({
    url,
    total: counts?.total ?? null,
    platforms: counts?.platforms ?? null,
    mine: signedIn === undefined ? null : await listMine(runtime, signedIn.person, url),
  });
}

async function listMine(runtime: Runtime, person: { readonly id: string }, url: string) {
  const filter = { pageUrl: await runtime.pages.identify(url) };
  const { shares } = await listShares(runtime, person, { filter, size: MOST_OWN });
  return shares.map(({ connection, status, postUrl, postedAt, createdAt, deletion }) => ({
    platform: connection.platform,
    account: handleOf(connection.account),
    status: deletion.state === "deleted" ? "deleted" : status,
    post_url: postUrl ?? null,
    shared_at: (postedAt ?? createdAt).toISOString(),
  }));
}
