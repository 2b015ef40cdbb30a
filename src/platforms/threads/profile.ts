/** The account that a token belongs to, and what the person granted (docs/networks/threads.md, section 2). */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { type Account, PlatformError } from "../platform.ts";
import { webAddress } from "../posts/web-address.ts";
import { deadToken, mayBeDeadToken, toError } from "./errors.ts";
import type { Wire } from "./wire.ts";

const meShape = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  name: z.string().min(1).optional().catch(undefined),
  threads_profile_picture_url: webAddress.optional().catch(undefined),
});

const ME = "/me?fields=id,username,name,threads_profile_picture_url";

/** @returns the account of the token @throws {PlatformError} */
export async function readMe(wire: Wire): Promise<Account> {
  const first = await wire.read(ME);
  // Threads answers like this for a dead token and also by mistake, so we ask twice.
  const answer = mayBeDeadToken(first) ? await wire.read(ME) : first;
  if (mayBeDeadToken(answer)) throw deadToken(answer.status);
  const me = answer.status === 200 ? meShape.safeParse(answer.body).data : undefined;
  if (me === undefined) throw toError(answer, wire.world.now());
  return {
    id: me.id,
    username: me.username,
    displayName: me.name ?? me.username,
    ...(me.threads_profile_picture_url === undefined ? {} : { avatarUrl: me.threads_profile_picture_url }),
    grantedBy: `threads:${me.id}`,
    extra: {},
  };
}

const grantShape = z.object({ data: z.object({ scopes: z.array(z.string()) }) });

/** What the person granted; undefined if Threads refuses to tell, possibly for people who do not test the app. */
export async function readScopes(wire: Wire, accessToken: string): Promise<readonly string[] | undefined> {
  const query = new URLSearchParams({ input_token: accessToken });
  const answer = await wire.read(`/debug_token?${query}`).catch((error: unknown) => {
    if (!(error instanceof PlatformError)) throw error;
    return undefined;
  });
  return answer?.status === 200 ? grantShape.safeParse(answer.body).data?.data.scopes : undefined;
}

/** The purpose of each permission that posting needs. */
const WORDS: Readonly<Record<string, Told>> = {
  threads_basic: say("to see your profile"),
  threads_content_publish: say("to post for you"),
};

/** Names the permissions that the person left out. */
export function scopesMissing(missing: readonly string[]): PlatformError {
  const words = missing.map((scope) => WORDS[scope] ?? scope);
  return new PlatformError("reconnect-needed", {
    code: "scope-missing",
    message: say(
      "Threads did not give us permission {words} ({list}). Connect again and keep everything ticked.",
      {
        words,
        list: missing.join(", "),
      },
    ),
  });
}
