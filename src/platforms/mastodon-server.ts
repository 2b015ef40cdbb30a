/** Finds the server behind a typed address, and reads what it tells of itself (docs/platforms/mastodon.md, sections 1, 2 and 4). */
import { z } from "zod";
import { say } from "../words/words.ts";
import { originOf, showHost, type TypedServer } from "./mastodon-address.ts";
import { rateLimited, serverTrouble } from "./mastodon-errors.ts";
import { PlatformError, type PlatformWorld } from "./platform.ts";
import { type Answer, callSafely } from "./request.ts";

const webfingerShape = z.object({
  links: z.array(
    z
      .object({ rel: z.string(), type: z.string().optional(), href: z.string().optional() })
      .catch({ rel: "" }),
  ),
});

const limit = z.number().positive().optional().catch(undefined);
const instanceShape = z
  .object({
    version: z.string(),
    /** v2: the host in people's handles. v1 says `uri`: a host with most servers, an address with some. */
    domain: z.string().min(1).optional().catch(undefined),
    uri: z.string().min(1).optional().catch(undefined),
    configuration: z
      .object({
        statuses: z
          .object({ max_characters: limit, characters_reserved_per_url: limit })
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
    /** The Pleroma family's. */
    max_toot_chars: limit,
  })
  .refine(({ domain, uri }) => domain !== undefined || uri !== undefined);

export interface Instance {
  /** Of the API, after redirects. */
  readonly origin: string;
  /** The host in its people's handles, which may be another than the API's. */
  readonly accountDomain: string;
  readonly maxCharacters: number;
  readonly charactersPerUrl: number;
}

/** Mastodon's own limits, for servers that do not tell theirs. */
const USUAL = { maxCharacters: 500, charactersPerUrl: 23 } as const;

/** What is assumed of a server that tells nothing. */
export function usualInstance(origin: string): Instance {
  return { origin, accountDomain: new URL(origin).host, ...USUAL };
}

/** The origin of the API: handles may live on another domain than their server. @throws {PlatformError} */
export async function findOrigin(world: PlatformWorld, typed: TypedServer): Promise<string> {
  try {
    const pointed =
      typed.user === undefined ? undefined : await askWebfinger(world, typed.origin, typed.user);
    for (const candidate of new Set([pointed ?? typed.origin, typed.origin])) {
      const instance = await readInstance(world, candidate);
      if (instance !== undefined) return instance.origin;
    }
    throw await explainAbsence(world, { origin: pointed ?? typed.origin, user: typed.user });
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "transient") throw error;
    const message = say(
      "{showHost} cannot be reached now. Check the spelling; if it is right, the server may be down: try again later.",
      { showHost: showHost(new URL(typed.origin).host) },
    );
    throw new PlatformError("transient", { code: "server-unreachable", message, cause: error });
  }
}

/** What a server tells of itself; undefined where nothing speaks Mastodon's API. @throws {PlatformError} */
export async function readInstance(world: PlatformWorld, origin: string): Promise<Instance | undefined> {
  for (const version of ["v2", "v1"]) {
    const answer = await ask(world, `${origin}/api/${version}/instance`);
    const told = instanceShape.safeParse(answer?.body).data;
    if (answer === undefined || told === undefined) continue;
    const limits = told.configuration?.statuses;
    const reached = new URL(answer.url);
    return {
      origin: originOf(reached),
      accountDomain: told.domain ?? (told.uri === undefined ? reached.host : hostOf(told.uri)),
      maxCharacters: limits?.max_characters ?? told.max_toot_chars ?? USUAL.maxCharacters,
      charactersPerUrl: limits?.characters_reserved_per_url ?? USUAL.charactersPerUrl,
    };
  }
  return undefined;
}

function hostOf(uri: string): string {
  return uri.includes("://") && URL.canParse(uri) ? new URL(uri).host : uri;
}

const nodeinfoIndex = z.object({ links: z.array(z.object({ href: z.url() })).min(1) });
const nodeinfoShape = z.object({ software: z.object({ name: z.string() }) });

/** "mastodon", "gotosocial" …; undefined where the server does not say. @throws {PlatformError} */
export async function readSoftware(world: PlatformWorld, origin: string): Promise<string | undefined> {
  const index = nodeinfoIndex.safeParse((await ask(world, `${origin}/.well-known/nodeinfo`))?.body).data;
  const href = index?.links[0]?.href;
  if (href === undefined) return undefined;
  return nodeinfoShape.safeParse((await ask(world, href))?.body).data?.software.name.toLowerCase();
}

const metadataShape = z.object({
  scopes_supported: z.array(z.string()).optional().catch(undefined),
  app_registration_endpoint: z.string().optional().catch(undefined),
});

/** The OAuth metadata that servers have since 4.3. @throws {PlatformError} */
export async function readMetadata(
  world: PlatformWorld,
  origin: string,
): Promise<z.infer<typeof metadataShape> | undefined> {
  const answer = await ask(world, `${origin}/.well-known/oauth-authorization-server`);
  return metadataShape.safeParse(answer?.body).data;
}

async function askWebfinger(world: PlatformWorld, origin: string, user: string): Promise<string | undefined> {
  const resource = encodeURIComponent(`acct:${user}@${new URL(origin).host}`);
  const answer = await ask(world, `${origin}/.well-known/webfinger?resource=${resource}`);
  const links = webfingerShape.safeParse(answer?.body).data?.links;
  const self = links?.find(({ rel, type }) => rel === "self" && type === "application/activity+json")?.href;
  return self !== undefined && URL.canParse(self) ? originOf(new URL(self)) : undefined;
}

async function explainAbsence(world: PlatformWorld, { origin, user }: TypedServer): Promise<PlatformError> {
  const host = showHost(new URL(origin).host);
  const software = await readSoftware(world, origin);
  const metadata = software === undefined ? await readMetadata(world, origin) : undefined;
  // Misskey has OAuth metadata at the same address, but apps cannot be registered there.
  if (
    software === undefined &&
    (metadata === undefined || metadata.app_registration_endpoint !== undefined)
  ) {
    const message =
      user === undefined
        ? say(
            "{host} does not answer like a Mastodon server. Check the spelling, or type your whole handle, like alice@{host}.",
            { host },
          )
        : say("{host} does not answer like a Mastodon server. Check the spelling.", { host });
    return new PlatformError("rejected", { code: "not-mastodon", message });
  }
  const message =
    software === undefined
      ? say(
          "{host} runs something else than Mastodon and has no Mastodon interface, so posting there is not supported.",
          { host },
        )
      : say("{host} runs {software} and has no Mastodon interface, so posting there is not supported.", {
          ...{ host, software },
        });
  return new PlatformError("rejected", { code: "not-supported", message });
}

/** A JSON document, or undefined where there is none. @throws {PlatformError} where the server is in trouble */
async function ask(world: PlatformWorld, url: string): Promise<Answer | undefined> {
  const answer = await callSafely(world.fetch, { method: "GET", url, redirect: "follow" });
  if (answer.status === 429) throw rateLimited(answer, world.now());
  if (answer.status >= 500) throw serverTrouble(answer, world.now());
  return answer.status === 200 && answer.body !== undefined ? answer : undefined;
}
