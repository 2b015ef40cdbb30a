/** Opens pictures that strangers made: looked at first, then handed to a process of their own that may fail alone. */
import { availableParallelism } from "node:os";
import { z } from "zod";
import { createProcesses } from "../workers/processes.ts";
import { beside } from "../workers/workers.ts";
import { type PictureKind, readKind } from "./kind.ts";

export interface PictureFacts {
  /** Media type by content: "image/jpeg". */
  readonly type: string;
  /** In pixels, as it is to be seen; perhaps more than are opened. */
  readonly width: number;
  readonly height: number;
  /** More than one: it moves. */
  readonly frames: number;
}

export interface Drawing {
  /** A JPEG is drawn on white. */
  readonly format: "jpeg" | "png";
  readonly width: number;
  readonly height: number;
  /** "inside" never enlarges; "cover" cuts off what stands out, on both sides alike; "contain" puts a margin around. */
  readonly fit: "inside" | "cover" | "contain";
  /** 1 to 100, of a JPEG. */
  readonly quality?: number;
}

export interface Redrawn extends PictureFacts {
  /** Undefined: it has too many pixels, or no drawing of it is small enough. */
  readonly drawn: Uint8Array | undefined;
}

/** "unusable": no picture that we can open; "later": it was not this picture's turn, or took too long. */
export type NotOpened = "unusable" | "later";

export interface PictureTask {
  readonly bytes: Uint8Array;
  readonly kind: PictureKind;
  readonly drawings: readonly Drawing[];
  readonly mostBytes: number;
}

/** One, or two where there are processors to spare: one of 50 million pixels takes up to half a gigabyte, and two seconds. */
const processes = createProcesses({
  file: beside(import.meta.url, "picture-process"),
  mostAtOnce: availableParallelism() > 2 ? 2 : 1,
  mostWaiting: 100,
  deadlineMs: 10_000,
  memoryMb: 1_024,
});

const redrawnShape = z.object({
  width: z.number(),
  height: z.number(),
  frames: z.number(),
  drawn: z.instanceof(Uint8Array).optional(),
});

export async function measurePicture(bytes: Uint8Array): Promise<PictureFacts | NotOpened> {
  return await redrawPicture(bytes, []);
}

/**
 * Draws a picture anew: the first of the drawings that is small enough.
 * @param mostBytes that the drawing may have
 */
export async function redrawPicture(
  bytes: Uint8Array,
  drawings: readonly Drawing[],
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<Redrawn | NotOpened> {
  const kind = readKind(bytes);
  if (kind === undefined) return "unusable";
  const task: PictureTask = { bytes, kind, drawings, mostBytes };
  const { result, failure } = await processes.run(task, redrawnShape);
  if (result === undefined) return failure === "failed" ? "unusable" : "later";
  return { ...result, drawn: result.drawn, type: `image/${kind}` };
}
