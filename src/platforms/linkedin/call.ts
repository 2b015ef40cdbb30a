/** Calls LinkedIn’s API with a person’s token (docs/networks/linkedin.md, sections 2 and 3). */
import { say } from "../../words/words.ts";
import { bearer } from "../call/oauth2.ts";
import { type Answer, type Call, callSafely } from "../call/request.ts";
import { PlatformError, type PlatformWorld, type Tokens } from "../platform.ts";
import { isCalledRevoked } from "./errors.ts";

export interface Parts {
  readonly world: PlatformWorld;
  readonly origin: string;
  readonly apiOrigin: string;
  readonly version: string;
}

export type ApiCall = Pick<Call, "method" | "json" | "headers" | "timeoutMs"> & {
  readonly path: string;
};

/** A token lives for 60 days. */
const LIFE_MS = 5_184_000_000;
/** LinkedIn’s servers learn of a new token one after another. This is twice the longest time seen. */
const YOUNG_MS = 120_000;
const YOUNG_WAITS_MS = [2_000, 4_000, 8_000];

/** Waits between attempts at calls that publish nothing. */
const WAITS_MS = [1_000, 3_000];

/** The headers of a versioned call. */
function versionHeaders(version: string): Record<string, string> {
  return { "linkedin-version": version, "x-restli-protocol-version": "2.0.0" };
}

/** Returns the answer, whatever its status. Repeats the call if LinkedIn calls a token revoked that is only seconds old. @throws {PlatformError} if nothing answers */
export async function callApi(
  { world, apiOrigin, version }: Parts,
  tokens: Tokens,
  { path, headers, ...asked }: ApiCall,
  call: typeof callSafely = callSafely,
): Promise<Answer> {
  const request = {
    ...asked,
    url: `${apiOrigin}${path}`,
    headers: {
      ...(path.startsWith("/rest/") ? versionHeaders(version) : {}),
      ...headers,
      ...bearer(tokens),
    },
  };
  let answer = await call(world.fetch, request);
  for (const milliseconds of YOUNG_WAITS_MS) {
    if (!isCalledRevoked(answer) || !isYoung(tokens, world.now())) break;
    await world.wait(milliseconds);
    answer = await call(world.fetch, request);
  }
  return answer;
}

function isYoung({ expiresAt }: Tokens, now: Date): boolean {
  return expiresAt !== undefined && expiresAt.getTime() - LIFE_MS + YOUNG_MS > now.getTime();
}

/** Tries work that publishes nothing up to three times, for steps that nothing else would retry. @throws {PlatformError} */
export async function persist<T>({ world }: Parts, work: () => Promise<T>): Promise<T> {
  for (const milliseconds of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== "transient") throw error;
      await world.wait(milliseconds);
    }
  }
  return await work();
}

/** The error for a successful answer without the expected content. */
export function unreadable({ status }: Answer): PlatformError {
  const message = say("LinkedIn sent an answer that we could not read.");
  return new PlatformError("transient", { code: "unreadable", message, status });
}
