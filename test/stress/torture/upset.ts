/**
 * What happens to the database apart from being killed: it goes silent, forgets, is replaced, or its clock is wrong.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { DatabaseLine } from "../../harness/database/database-line.ts";
import type { MortalDatabase } from "./database.ts";
import type { Upset } from "./dice.ts";

export interface Surroundings {
  readonly database: MortalDatabase;
  /** Between the service and the database. */
  readonly line: DatabaseLine;
  /** Makes the database's clock wrong by this much. */
  putClockWrong(aheadSeconds: number): Promise<void>;
  /** Resolves once each worker has reported to the database since then. */
  untilHeard(): Promise<void>;
  /** Kills all processes of the service. @returns a function that starts them again */
  stopService(): Promise<() => void>;
}

/** After this time a server closes a silent connection of ours. */
const KEEP_ALIVE_MS = 30_000;

/** From its beginning to its end. */
export async function playUpset(around: Surroundings, upset: Upset): Promise<void> {
  const { database, line } = around;
  switch (upset.kind) {
    case "database silent":
      line.silence();
      await pause(upset.forMs);
      setTimeout(line.forgetSilent, KEEP_ALIVE_MS).unref();
      return line.mend();
    case "database cut off":
      line.cut();
      await pause(upset.forMs);
      return line.mend();
    case "clock jumps":
      await around.putClockWrong(upset.aheadSeconds);
      await pause(upset.forMs);
      return await around.putClockWrong(0);
    case "database put back":
      return await putBack(around, upset);
    case "standby promoted":
    case "lagging standby promoted": {
      const isLagging = upset.kind === "lagging standby promoted";
      const promote = await database.addStandby(isLagging ? "lagging" : "synchronous");
      await pause(upset.forMs);
      return await promote();
    }
  }
}

async function putBack(
  { database, untilHeard, stopService }: Surroundings,
  { isServiceStopped }: Upset,
): Promise<void> {
  const back = await database.keep();
  await untilHeard();
  const start = isServiceStopped ? await stopService() : () => {};
  await back();
  start();
}
