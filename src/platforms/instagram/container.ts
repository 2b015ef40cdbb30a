/** The state of the container that holds a post until it is published (docs/networks/instagram.md, section 4.2). */
import { z } from "zod";
import { readGraphError } from "../meta/graph-error.ts";
import { PlatformError } from "../platform.ts";
import { judge } from "./errors.ts";
import type { Wire } from "./routes/route.ts";

const stateShape = z.object({
  status_code: z.enum(["IN_PROGRESS", "FINISHED", "PUBLISHED", "ERROR", "EXPIRED"]),
  status: z.string().optional().catch(undefined),
});
type ContainerState = z.infer<typeof stateShape>;

export interface Settled {
  readonly code: Exclude<ContainerState["status_code"], "IN_PROGRESS">;
  /** For people. */
  readonly status: string | undefined;
}

/** @returns "hidden" if it cannot be read, as is usual just after its creation @throws {PlatformError} */
export async function readState(
  { read, world }: Wire,
  containerId: string,
): Promise<ContainerState | "hidden"> {
  const answer = await read(`/${containerId}?fields=status_code,status`);
  const state = stateShape.safeParse(answer.body).data;
  if (answer.status === 200 && state !== undefined) return state;
  const error = readGraphError(answer);
  if (error?.code === 24 || (error?.code === 100 && error.subcode === 33)) return "hidden";
  throw judge(answer, { step: "prepare", now: world.now() }).error;
}

const PAUSE_MS = 3_000;
const MOST_LOOKS = 20;

/** Polls for up to a minute until the container is no longer in progress. @returns "slow" if it still is @throws {PlatformError} */
export async function untilSettled(
  wire: Wire,
  containerId: string,
  isNew: boolean,
): Promise<Settled | "slow"> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    if (isNew || looks > 0) await wire.world.wait(PAUSE_MS);
    const state = await readState(wire, containerId).catch((error: unknown) => {
      if (error instanceof PlatformError && error.kind === "transient") return "hidden" as const;
      throw error;
    });
    if (state === "hidden") continue;
    const { status_code: code, status } = state;
    if (code !== "IN_PROGRESS") return { code, status };
  }
  return "slow";
}
