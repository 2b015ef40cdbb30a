/** Whom a token of Threads stands for (docs/networks/threads.md, section 2). */
import { z } from "zod";
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

/** @throws {PlatformError} */
export async function readMe(wire: Wire): Promise<Account> {
  const first = await wire.read(ME);
  // Said of a token that is dead, but also by a network that stumbled: only twice in a row it counts.
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

/** What the person allowed; undefined where Threads does not tell, as it may of people who are no testers of the app. */
export async function readScopes(wire: Wire, accessToken: string): Promise<readonly string[] | undefined> {
  const query = new URLSearchParams({ input_token: accessToken });
  const answer = await wire.read(`/debug_token?${query}`).catch((error: unknown) => {
    if (!(error instanceof PlatformError)) throw error;
    return undefined;
  });
  return answer?.status === 200 ? grantShape.safeParse(answer.body).data?.data.scopes : undefined;
}
