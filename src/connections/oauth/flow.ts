/** An OAuth flow: who started it, and what is stored until the person comes back. */
import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { oauthStates } from "../../database/schema.ts";
import type { TaskFields } from "../../net/task.ts";
import { PlatformError, type PlatformName } from "../../platforms/platform.ts";
import type { Told } from "../../words/words.ts";
import type { EndingRuntime } from "../grants/record-ending.ts";
import { keepFailure, toFailure } from "./connect-failures.ts";

export interface ConnectRuntime extends EndingRuntime {
  readonly config: { readonly baseUrl: URL };
  readonly log: EndingRuntime["log"] & { warn(details: object, message: string): void };
}

/** A flow belongs to one person, one session and one network. */
export interface Flow {
  readonly person: { readonly id: string };
  readonly sessionId: string;
  readonly platform: PlatformName;
}

export const STATE_LIFETIME_MS = 600_000;

/** The person waits in front of an empty page, and reverse proxies give up after a minute. */
export const PATIENCE = { eachMs: 8_000, allMs: 30_000 } as const;
/** Where a person goes when no flow says where. */
export const HOME = "/social/";

export function taskOf({ platform: network }: Flow): TaskFields {
  return { doing: "connecting", network };
}

/** The hash under which a state is stored. */
export function hashState(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

type StoredFlow = typeof oauthStates.$inferSelect;

/**
 * Reads a state and deletes it, so that it works once. It counts only for the same session and network, and in
 * time.
 */
export async function takeState(
  runtime: ConnectRuntime,
  back: Flow,
  state: string,
): Promise<StoredFlow | undefined> {
  const [flow] = await runtime.database
    .delete(oauthStates)
    .where(
      and(
        eq(oauthStates.stateHash, hashState(state)),
        eq(oauthStates.userId, back.person.id),
        eq(oauthStates.sessionId, back.sessionId),
        eq(oauthStates.platform, back.platform),
      ),
    )
    .returning();
  return flow !== undefined && flow.expiresAt > runtime.now() ? flow : undefined;
}

/** Records an error of a flow. @returns the message for the person */
export async function tellProblem(
  runtime: ConnectRuntime,
  error: unknown,
  platform: PlatformName,
): Promise<Told> {
  const failure = toFailure(error, runtime.platforms.getPlatform(platform).about.label);
  if (!(error instanceof PlatformError)) runtime.log.warn({ err: error, platform }, "connecting failed");
  await keepFailure(runtime, platform, failure);
  return failure.problem;
}
