/** Finds the server behind a typed address, and reads its public information (docs/networks/mastodon.md, sections 1, 2 and 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { callSafely } from "../call/request.ts";
import { PlatformError, type PlatformWorld } from "../platform.ts";
import { originOf, showHost, type TypedServer } from "./address.ts";
import { ask } from "./ask.ts";
import { findSoftware } from "./software.ts";
import { askWebfinger } from "./webfinger.ts";

/** The length of an address; a host has at most 253 characters. */
const LONGEST_HOST = 500;
const limit = z.number().positive().optional().catch(undefined);
const instanceShape = z
  .object({
    version: z.string(),
    /** v2: the host in people's handles. v1 has `uri`: a host on most servers, an address on some. */
    domain: z.string().min(1).max(LONGEST_HOST).optional().catch(undefined),
    uri: z.string().min(1).max(LONGEST_HOST).optional().catch(undefined),
    configuration: z
      .object({
        statuses: z
          .object({ max_characters: limit, characters_reserved_per_url: limit })
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
    /** The Pleroma family's field. */
    max_toot_chars: limit,
  })
  .refine(({ domain, uri }) => domain !== undefined || uri !== undefined);

export interface Instance {
  readonly version: string;
  /** The API's origin, after redirects. */
  readonly origin: string;
  /** The host in its people's handles, as it says; it may differ from the API's. */
  readonly accountDomain: string;
  readonly maxCharacters: number;
  readonly charactersPerUrl: number;
}

/** Mastodon's own limits, for servers that do not give theirs. */
export const usualLimits = { maxCharacters: 500, charactersPerUrl: 23 } as const;

/** Finds the origin of the API, because handles may have another domain than their server. @throws {PlatformError} */
export async function findOrigin(world: PlatformWorld, typed: TypedServer): Promise<string> {
  try {
    const pointer =
      typed.user === undefined
        ? undefined
        : await askWebfinger(world, { origin: typed.origin, user: typed.user });
    const pointed = pointer && originOf(new URL(pointer.actor));
    for (const candidate of new Set([pointed ?? typed.origin, typed.origin])) {
      const instance = await readInstance(world, candidate);
      if (instance !== undefined) return instance.origin;
    }
    throw await explainAbsence(world, { origin: pointed ?? typed.origin, user: typed.user });
  } catch (error) {
    const isSilent =
      error instanceof PlatformError && error.kind === "transient" && error.status === undefined;
    if (!isSilent) throw error;
    const message = say(
      "{showHost} cannot be reached. Check the spelling. If it is right, the server may be down.",
      { showHost: showHost(new URL(typed.origin).host) },
    );
    throw new PlatformError("transient", { code: error.code, message, cause: error });
  }
}

/** Returns what a server says about itself, or undefined if it does not have Mastodon's API. @throws {PlatformError} */
export async function readInstance(
  world: PlatformWorld,
  origin: string,
  timeoutMs?: number,
): Promise<Instance | undefined> {
  for (const version of ["v2", "v1"]) {
    const answer = await ask(world, `${origin}/api/${version}/instance`, timeoutMs);
    const told = instanceShape.safeParse(answer?.body).data;
    if (answer === undefined || told === undefined) continue;
    const limits = told.configuration?.statuses;
    const reached = new URL(answer.url);
    return {
      version: told.version,
      origin: originOf(reached),
      accountDomain: told.domain ?? (told.uri === undefined ? reached.host : hostOf(told.uri)),
      maxCharacters: limits?.max_characters ?? told.max_toot_chars ?? usualLimits.maxCharacters,
      charactersPerUrl: limits?.characters_reserved_per_url ?? usualLimits.charactersPerUrl,
    };
  }
  return undefined;
}

function hostOf(uri: string): string {
  return uri.includes("://") && URL.canParse(uri) ? new URL(uri).host : uri;
}

const metadataShape = z.object({
  scopes_supported: z.array(z.string()).optional().catch(undefined),
  app_registration_endpoint: z.string().optional().catch(undefined),
});

/** Returns the OAuth metadata, which servers have since 4.3. @throws {PlatformError} */
export async function readMetadata(
  world: PlatformWorld,
  origin: string,
): Promise<z.infer<typeof metadataShape> | undefined> {
  const answer = await ask(world, `${origin}/.well-known/oauth-authorization-server`);
  return metadataShape.safeParse(answer?.body).data;
}

/** Some servers block by address or by `User-Agent`, usually with a page of their proxy. */
async function refusesUs(world: PlatformWorld, origin: string): Promise<boolean> {
  const url = `${origin}/api/v1/instance`;
  return (await callSafely(world.fetch, { method: "GET", url, redirect: "follow" })).status === 403;
}

async function explainAbsence(world: PlatformWorld, { origin, user }: TypedServer): Promise<PlatformError> {
  const host = showHost(new URL(origin).host);
  const software = (await findSoftware(world, origin))?.name;
  const metadata = software === undefined ? await readMetadata(world, origin) : undefined;
  if (software === undefined && metadata === undefined && (await refusesUs(world, origin))) {
    const message = say(
      "{host} refuses requests from this service. Ask those who run it to allow them, or connect an account on another server.",
      { host },
    );
    return new PlatformError("rejected", { code: "blocked", message, status: 403 });
  }
  // Misskey has OAuth metadata at the same address, but does not register apps there.
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
      ? say("{host} does not run Mastodon and has no Mastodon API, so you cannot post there.", { host })
      : say("{host} runs {software} and has no Mastodon API, so you cannot post there.", {
          ...{ host, software },
        });
  return new PlatformError("rejected", { code: "not-supported", message });
}
