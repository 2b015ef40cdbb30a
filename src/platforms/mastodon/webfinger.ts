/** Asks a domain which account a handle names (RFC 7033; docs/networks/mastodon.md, section 1). */
import { z } from "zod";
import type { PlatformWorld } from "../platform.ts";
import { readWebAddress, type WebAddress } from "../posts/web-address.ts";
import { ask } from "./ask.ts";

const webfingerShape = z.object({
  subject: z.string().optional().catch(undefined),
  links: z.array(
    z
      .object({
        rel: z.string(),
        type: z.string().optional(),
        href: z.string().optional(),
        template: z.string().optional(),
      })
      .catch({ rel: "" }),
  ),
});

export interface Pointer {
  /** The account's address as other servers know it. */
  readonly actor: WebAddress;
  /** "acct:ana@example.com" */
  readonly subject: string | undefined;
  /** The page to start a post on, with `{content}` for its text, if the server names one (FEP-3b86). */
  readonly createIntent: string | undefined;
}

const CREATE = "https://w3id.org/fep/3b86/Create";

/** Returns whom a domain names for this user, or undefined if nobody. @throws {PlatformError} */
export async function askWebfinger(
  world: PlatformWorld,
  { origin, user, timeoutMs }: { origin: string; user: string; timeoutMs?: number },
): Promise<Pointer | undefined> {
  const resource = encodeURIComponent(`acct:${user}@${new URL(origin).host}`);
  const answer = await ask(world, `${origin}/.well-known/webfinger?resource=${resource}`, timeoutMs);
  const told = webfingerShape.safeParse(answer?.body).data;
  const self = told?.links.find(({ rel, type }) => rel === "self" && type === "application/activity+json");
  const actor = readWebAddress(self?.href);
  // The proposal says href, Mastodon says template.
  const intent = told?.links.find(({ rel }) => rel === CREATE);
  const createIntent = intent?.href ?? intent?.template;
  return actor === undefined ? undefined : { actor, subject: told?.subject, createIntent };
}
