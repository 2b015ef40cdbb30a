/** Revokes loose grants at their networks: right after they were released, or later by a worker until it succeeds. */
import { eq } from "drizzle-orm";
import pLimit from "p-limit";
import { looseGrants } from "../../database/schema.ts";
import { revocations } from "../../net/meter.ts";
import { asTask } from "../../net/task.ts";
import {
  type Account,
  PlatformError,
  type PlatformName,
  type SocialPlatform,
} from "../../platforms/platform.ts";
import { fromFields } from "../columns/fields.ts";
import { KEY_LOST, unseal } from "../keys/seal.ts";
import { mayOpenElsewhere } from "../processes.ts";
import { isInUse } from "./grant-use.ts";
import type { LooseGrant } from "./loose-grants.ts";
import { type EndingRuntime, forget, type GrantEnding, leaveInUse, noteEnd } from "./record-ending.ts";
import { leaveToOthers, tryLater } from "./try-later.ts";

/** How many grants of one network each process revokes at a time. */
const SIDE_BY_SIDE = 6;

/**
 * Servers that limit our rate, with the time from which they accept calls: calling earlier would only extend
 * the limit.
 */
export type Limited = Map<string, Date>;

export function isSetUp({ platforms }: Pick<EndingRuntime, "platforms">, name: PlatformName): boolean {
  return platforms.availablePlatforms().some((platform) => platform.name === name);
}

/** Revokes these grants, those of one person at a network one after the other, since they may end together. */
export async function endAll(
  runtime: EndingRuntime,
  grants: readonly LooseGrant[],
  limited: Limited = new Map(),
): Promise<void> {
  const inTurn = pLimit(SIDE_BY_SIDE);
  const groups = Map.groupBy(grants, ({ id, grantedBy }) => grantedBy ?? id);
  const endings = [...groups.values()].map((together) =>
    inTurn(async () => {
      for (const grant of together) await endGrant(runtime, grant, limited);
    }),
  );
  await Promise.all(endings);
}

/**
 * Revokes one grant. The caller must hold it: `throwAway` returned it, or it was just claimed. Errors of the
 * network do not throw: the grant is tried again later.
 */
export async function endGrant(
  runtime: EndingRuntime,
  grant: LooseGrant,
  limited: Limited = new Map(),
): Promise<GrantEnding> {
  const platform = runtime.platforms.availablePlatforms().find(({ name }) => name === grant.platform);
  if (platform === undefined) return await tryLater(runtime, grant, "not-set-up");
  const task = {
    doing: "revoking",
    network: platform.name,
    ...(grant.connectionId && { connectionId: grant.connectionId }),
  } as const;
  const ending = await asTask(task, () => endAt(runtime, grant, { platform, limited }));
  revocations.add({ network: platform.name, result: ending });
  return ending;
}

async function endAt(
  runtime: EndingRuntime,
  grant: LooseGrant,
  { platform, limited }: { readonly platform: SocialPlatform; readonly limited: Limited },
): Promise<GrantEnding> {
  const account = toAccount(grant);
  const server = platform.serverOf(account) ?? platform.name;
  const until = limited.get(server);
  if (until !== undefined) return await tryLater(runtime, grant, "limited", until);
  try {
    if (!(await isStillThere(runtime, grant))) return "ended";
    if (!runtime.vault.canOpen(grant.accessTokenEnc) && (await mayOpenElsewhere(runtime)))
      return await leaveToOthers(runtime, grant);
    const tokens = { ...unseal(runtime.vault, grant), scopes: [] };
    if (await isInUse(runtime, { grant, platform, account, tokens }))
      return await leaveInUse(runtime, grant, platform);
    if ((await platform.revokeToken(account, tokens)) === "impossible")
      return await forget(runtime, grant, "impossible");
  } catch (error) {
    if (!(error instanceof PlatformError)) runtime.log.error({ err: error }, "ending a grant failed");
    const { code = "unexpected", kind, retryAt } = error instanceof PlatformError ? error : {};
    if (kind === "rate-limited" && retryAt !== undefined) limited.set(server, retryAt);
    const isDead = kind === "reconnect-needed" && code !== KEY_LOST;
    if (!isDead) return await tryLater(runtime, grant, code, retryAt);
  }
  await noteEnd(runtime, grant, { whole: platform.grantOf(account), platform });
  return "ended";
}

function toAccount({ platformUserId: id, extraData: extra, grantedBy }: LooseGrant): Account {
  const names = { username: id, displayName: id, avatarUrl: undefined };
  return fromFields<Account>({ id, ...names, extra, grantedBy: grantedBy ?? undefined });
}

/** A grant may have ended together with another one. */
async function isStillThere({ database }: EndingRuntime, { id }: LooseGrant): Promise<boolean> {
  return (await database.$count(looseGrants, eq(looseGrants.id, id))) > 0;
}
