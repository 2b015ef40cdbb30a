/** What runs by itself: deliveries, waking, upkeep, emails; and the failures around it. */
import { inArray, sql } from "drizzle-orm";
import { renewDue, verifyDue } from "../../../../src/connections/upkeep.ts";
import { socialConnections, socialShares } from "../../../../src/database/schema.ts";
import { sendLetters } from "../../../../src/people/mail/send-letters.ts";
import { type PlatformName, platformNames } from "../../../../src/platforms/networks.ts";
import { intervals } from "../../../../src/service/jobs.ts";
import { removals } from "../../../../src/service/removals.ts";
import type { OpenRuntime } from "../../../../src/service/runtime.ts";
import { handBack as giveUpLeases } from "../../../../src/sharing/claims/lease.ts";
import { deliver } from "../../../../src/sharing/delivery/deliver.ts";
import { sendNotices } from "../../../../src/sharing/record/notices.ts";
import { calls, faults, planFault } from "../networks.ts";
import { anyProcess, type Chance, inOrder, type Scene } from "../scene.ts";
import { act, type Play } from "./act.ts";

/** All open shares, as jobs would name them. */
async function deliverAll(scene: Scene, runtime: OpenRuntime): Promise<string> {
  const open = await runtime.database
    .select()
    .from(socialShares)
    .where(inArray(socialShares.status, ["queued", "sending"]));
  for (const { id } of inOrder(scene, open)) await deliver(runtime, id);
  return `${open.length} looked at`;
}

export const deliverInB: Play = async (scene) => {
  await act(scene, { by: "process", verb: "deliverInB", name: "Process B delivers everything" }, () =>
    deliverAll(scene, scene.laboratory.B),
  );
};

export const deliverInA: Play = async (scene) => {
  await act(scene, { by: "process", verb: "deliverInA", name: "Process A delivers everything" }, () =>
    deliverAll(scene, scene.laboratory.A),
  );
};

/** What runs every few seconds: the waking of due shares, and the sweeps. */
export async function sweep(scene: Pick<Scene, "networks">, runtime: OpenRuntime): Promise<void> {
  await runAll(scene, runtime, 5_000);
}

/** The networks on which people may have accounts: the other networks' sweeps find nothing. */
function networksOf({ networks }: Pick<Scene, "networks">): readonly PlatformName[] {
  // There they connect and never choose.
  return [...networks, "facebook"];
}

export async function runAll(
  scene: Pick<Scene, "networks">,
  runtime: OpenRuntime,
  atMostEveryMs: number,
): Promise<void> {
  const here = networksOf(scene);
  const others = platformNames.filter((name) => !here.includes(name));
  for (const { everyMs, what, run } of [...intervals, ...removals])
    if (everyMs <= atMostEveryMs && !others.some((name) => what.endsWith(` at ${name}`))) await run(runtime);
}

export const wake: Play = async (scene, chance) => {
  await act(scene, { by: "process", verb: "wake", name: "A process wakes what is due" }, async () => {
    await sweep(scene, anyProcess(scene, chance));
    return "done";
  });
};

export const handBack: Play = async (scene, chance) => {
  await act(
    scene,
    { by: "process", verb: "handBack", name: "A process that stops hands back what it has" },
    async () => {
      const handed = await giveUpLeases(anyProcess(scene, chance));
      return `${handed} handed back`;
    },
  );
};

/** From the moment of a lease's end to an hour later. */
const standstills = [61, 100, 200, 700, 3_700] as const;

/** The workers with shares paused, and others take those over. */
export const standStill: Play = async (scene, chance) => {
  const { laboratory } = scene;
  const seconds = chance.pick(standstills);
  await act(
    scene,
    { by: "process", verb: "standStill", name: `All workers stood still for ${seconds} s` },
    async () => {
      await laboratory.pass(seconds);
      await laboratory.A.database.execute(
        sql`update social_shares set lease_until = now() - interval '1 second' where lease_until is not null`,
      );
      await sweep(scene, laboratory.B);
      return await deliverAll(scene, laboratory.B);
    },
  );
};

export const verifyAll: Play = async (scene, chance) => {
  await act(
    scene,
    { by: "process", verb: "verifyAll", name: "A process verifies all accounts" },
    async () => {
      const runtime = anyProcess(scene, chance);
      await runtime.database.update(socialConnections).set({ lastVerifiedAt: null });
      return `${await verifyDue(runtime)} are fine`;
    },
  );
};

export const renewAll: Play = async (scene, chance) => {
  await act(scene, { by: "process", verb: "renewAll", name: "A process renews all tokens" }, async () => {
    const runtime = anyProcess(scene, chance);
    await runtime.database.execute(
      sql`update social_connections set next_renewal_at = to_timestamp(0)
        where token_renew_after is not null and revoked_at is null`,
    );
    return `${await renewDue(runtime)} renewed`;
  });
};

/** Both processes at once. */
export const mail: Play = async (scene) => {
  const { A, B } = scene.laboratory;
  await act(scene, { by: "process", verb: "mail", name: "Both processes write letters" }, async () => {
    const [fromA, fromB] = await Promise.all([sendNotices(A), sendNotices(B)]);
    await Promise.all([sendLetters(A), sendLetters(B)]);
    return `${fromA} and ${fromB}`;
  });
};

export const goWrong: Play = async (scene, chance) => {
  const { emulator } = scene.laboratory;
  const name = chance.pick(scene.networks);
  const { publish, others } = calls[name];
  const endpoint = chance.pick([publish, publish, ...others]);
  const fault = chance.pick(faults);
  await act(scene, { by: "process", verb: "goWrong", name: `At ${name} something goes wrong` }, async () => {
    planFault(emulator, name, endpoint, fault);
    return `${endpoint}: ${JSON.stringify(fault)}`;
  });
};

const waits = [1, 20, 70, 200, 1_000, 4_000] as const;

export const letTimePass: Play = async (scene, chance) => {
  await act(scene, { by: "process", verb: "letTimePass", name: "Time passes" }, async () => {
    const seconds = chance.pick(waits);
    await scene.laboratory.pass(seconds);
    return `${seconds} s`;
  });
};

/** One worker's own delivery of one share. */
export function deliverOne(shareId: string): Play {
  return async (scene: Scene, _chance: Chance) => {
    await act(
      scene,
      { by: "process", verb: "deliver", name: `Process A delivers ${shareId}`, subject: shareId },
      async () => {
        await deliver(scene.laboratory.A, shareId);
        return "done";
      },
    );
  };
}
