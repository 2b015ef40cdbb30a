/**
 * Platforms alone in a test: a registry that talks to the simulated networks, and what the service would hand
 * to it.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { inspect } from "node:util";
import type { Emulator } from "../../../emulator/server.ts";
import { appVariables } from "../../../src/cli/demo/demo-apps.ts";
import { redirectAddress } from "../../../src/connections/oauth/authorize.ts";
import {
  type AppRegistration,
  type AppStore,
  type Authorization,
  type JsonObject,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Post,
  type SocialPlatform,
} from "../../../src/platforms/platform.ts";
import {
  createRegistry,
  type PlatformRegistry,
  type PlatformSettings,
} from "../../../src/platforms/registry.ts";
import { approve } from "./consent.ts";
import { emulatedFetch } from "./emulated-fetch.ts";
import { freePort, letTimePass } from "./networks.ts";
import { hostPicture, pagePicture } from "./pictures.ts";

/** The app that the emulator has registered at X from the start. */
export const baseUrl = "http://127.0.0.1:4100/";

export interface TestPlatforms extends PlatformRegistry {
  readonly apps: AppStore & {
    /** For new connections, by server. */
    readonly kept: Map<string, AppRegistration>;
    /** Including those of earlier connections, by server and client. */
    readonly every: Map<string, AppRegistration>;
  };
  /** All requests, in order. */
  readonly requests: Request[];
  /** Moves the platforms' clock; the networks have their own. */
  advance(seconds: number): void;
}

/**
 * Creates the registry.
 * @param parts.fetch the fetch between the platforms and the networks
 * @param parts.apps the apps that are registered already
 */
export function openPlatforms(
  emulator: Emulator,
  parts: {
    fetch?: typeof fetch;
    resolveTxt?: PlatformWorld["resolveTxt"];
    settings?: PlatformSettings;
    apps?: TestPlatforms["apps"];
  } = {},
): TestPlatforms {
  let offsetMs = 0;
  const requests: Request[] = [];
  const kept = new Map(parts.apps?.kept);
  const every = new Map(parts.apps?.every);
  const apps = {
    ...{ kept, every },
    find: async (server: string, clientId?: string) =>
      clientId === undefined ? kept.get(server) : every.get(`${server} ${clientId}`),
    list: async (server: string) =>
      [...every].filter(([name]) => name.startsWith(`${server} `)).map(([, app]) => app),
    save: async (server: string, app: AppRegistration) => {
      if (!app.once) kept.set(server, app);
      every.set(`${server} ${app.clientId}`, app);
      return app;
    },
    retire: async (server: string, clientId: string) => {
      if (kept.get(server)?.clientId === clientId) kept.delete(server);
    },
  };
  const registry = createRegistry(
    {
      SOCIAL_BASE_URL: baseUrl,
      ...appVariables(emulator),
      ...parts.settings,
    },
    {
      apps,
      serviceName: () => "Sharewell",
      now: () => new Date(Date.now() + offsetMs),
      wait: async (milliseconds) => {
        offsetMs += milliseconds;
        letTimePass(emulator, milliseconds);
      },
      hostPicture,
      resolveTxt: parts.resolveTxt ?? (async () => []),
      fetch: (input, init) => {
        requests.push(new Request(input, init));
        return (parts.fetch ?? emulatedFetch)(input, init);
      },
    },
  );
  return { ...registry, apps, requests, advance: (seconds) => (offsetMs += seconds * 1_000) };
}

export interface Dance {
  readonly authorization: Authorization;
  readonly state: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly issuer: string | undefined;
}

/** Starts connecting as the service does, with a state and a verifier. */
export async function startDance(
  platform: SocialPlatform,
  choice: { server?: string; way?: string } = {},
): Promise<Dance> {
  const [state, codeVerifier] = [
    randomBytes(32).toString("base64url"),
    randomBytes(32).toString("base64url"),
  ];
  const issuer = await platform.findIssuer(choice.server ?? "");
  const redirectUri = redirectAddress({ config: { baseUrl: new URL(baseUrl) } }, platform, issuer);
  const authorization = await platform.getAuthorizeUrl({
    redirectUri,
    state,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    ...(issuer === undefined ? {} : { issuer }),
    ...(choice.server === undefined ? {} : { typed: choice.server }),
    ...(choice.way === undefined ? {} : { way: choice.way }),
  });
  return { authorization, state, codeVerifier, redirectUri, issuer };
}

/** Finishes connecting with the code that the network sent back. */
export async function finishDance(
  platform: SocialPlatform,
  dance: Dance,
  code: string,
): Promise<OAuthResult> {
  const { authorization, codeVerifier, redirectUri, issuer } = dance;
  const results = await platform.exchangeCode({
    ...(issuer === undefined ? {} : { issuer }),
    code,
    codeVerifier,
    redirectUri,
    remember: authorization.remember,
  });
  const [first] = results.filter(({ hindrance }) => hindrance === undefined);
  if (first === undefined) throw new Error("No account came of it.");
  return first;
}

/** The network's answer when this person approves. */
export async function codeFor({ authorization, state }: Dance, account = "ana"): Promise<string> {
  const { searchParams } = new URL(await approve(authorization.url, { account }));
  if (searchParams.get("state") !== state) throw new Error("The state did not come back.");
  return searchParams.get("code") ?? "";
}

/** Runs a whole flow as `account`. */
export async function connect(
  platform: SocialPlatform,
  choice: { account?: string; server?: string; way?: string } = {},
): Promise<OAuthResult> {
  const dance = await startDance(platform, choice);
  return await finishDance(platform, dance, await codeFor(dance, choice.account));
}

export interface TestPost extends Post {
  /** How often the fence has been passed. */
  fences(): number;
}

/** A share with a page of its own. */
export function makePost(changes: Partial<Post> = {}): TestPost {
  const url = `https://blog.example.com/${randomUUID()}`;
  let fences = 0;
  const remembered: JsonObject = {};
  return {
    title: "Why we moved",
    description: "Three months, one file, no regrets.",
    loadPicture: pagePicture,
    text: `Worth a read\n\n${changes.url ?? url}`,
    url,
    pictures: [],
    options: {},
    idempotencyKey: randomUUID(),
    remembered,
    remember: async (values) => {
      Object.assign(remembered, values);
    },
    beforePublish: async (values = {}) => {
      Object.assign(remembered, values);
      fences += 1;
      return () => {};
    },
    fences: () => fences,
    ...changes,
  };
}

/** What the service asks about a share that was sent a moment ago. */
export function sentJustNow(post: Post): Post {
  return { ...post, firstSentAt: new Date() };
}

/**
 * How a call ended: "done", or the kind and code of its error.
 * @throws any error that is not a `PlatformError`
 */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (error) {
    const { kind, code, operator } = asPlatformError(error);
    return `${kind}: ${code}${operator ? " (operator)" : ""}`;
  }
}

/** The error with which a call ends. */
export async function errorOf(call: Promise<unknown>): Promise<PlatformError> {
  return await call.then(
    () => {
      throw new Error("It should have failed.");
    },
    (error: unknown) => asPlatformError(error),
  );
}

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  throw new Error(`Not a platform's error: ${inspect(error)}`);
}

/** A fetch for which these calls find nobody listening. */
export function unreachable(matches: (request: Request) => boolean): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (!matches(request)) return await emulatedFetch(input, init);
    const url = new URL(request.url);
    url.port = String(await freePort());
    return await emulatedFetch(url, init);
  };
}

/** A fetch that waits less than half a minute. */
export function impatient(milliseconds: number): typeof fetch {
  return (input, init) =>
    emulatedFetch(input, {
      ...init,
      signal: AbortSignal.timeout(milliseconds),
    });
}
