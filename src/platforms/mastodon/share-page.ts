/** Finds the page of a server on which its people start a post (docs/networks/share-pages.md, section 2). */
import { type PlatformWorld, readWebAddress } from "../platform.ts";
import { about } from "./about.ts";
import { originOf, type TypedServer } from "./address.ts";
import { askWebfinger } from "./webfinger.ts";

/** A person waits for it, and the usual page works where the server is slow. */
const PATIENCE_MS = 3_000;

/**
 * Returns the page that the handle's server names (FEP-3b86). Without a handle nobody is asked, and without an answer it is
 * Mastodon's own path.
 */
export async function findSharePage(world: PlatformWorld, { origin, user }: TypedServer): Promise<string> {
  const usual = about.sharePage;
  if (user === undefined) return `${origin}${usual}`;
  // Whatever is wrong with the server's answer: its share page is worth a try.
  const pointer = await askWebfinger(world, { origin, user, timeoutMs: PATIENCE_MS }).catch(() => undefined);
  return readNamed(pointer?.createIntent) ?? `${pointer ? originOf(new URL(pointer.actor)) : origin}${usual}`;
}

/** In our names for the values. Those that we do not have stay empty, as the proposal demands. */
function readNamed(intent: string | undefined): string | undefined {
  if (readWebAddress(intent?.replace(/\{[\w-]+\}/g, "")) === undefined) return undefined;
  return intent?.replaceAll("{content}", "{text}").replaceAll("{name}", "");
}
