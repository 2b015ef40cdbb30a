/** Opens pictures from strangers: checks them first, then decodes them in a process that may fail alone. */
import { availableParallelism } from "node:os";
import { z } from "zod";
import { createProcesses } from "../workers/processes.ts";
import { beside } from "../workers/workers.ts";
import { type PictureKind, readKind } from "./kind.ts";

export interface PictureFacts {
  /** The media type, detected from the content: "image/jpeg". */
  readonly type: string;
  /** In pixels, as displayed; possibly more than are opened. */
  readonly width: number;
  readonly height: number;
  /** More than one for an animation. */
  readonly frames: number;
}

export interface Drawing {
  /** A JPEG is drawn on white. */
  readonly format: "jpeg" | "png";
  readonly width: number;
  readonly height: number;
  /** "inside" never enlarges; "cover" crops both sides equally; "contain" adds a margin. */
  readonly fit: "inside" | "cover" | "contain";
  /** The colour of margins and behind see-through parts. By default, a PNG keeps these, and margins are white. */
  readonly background?: string;
  /** Left free on every side, in pixels. */
  readonly margin?: number;
  /** 1 to 100, for JPEG. */
  readonly quality?: number;
}

export interface Redrawn extends PictureFacts {
  /** Undefined if it has too many pixels or no drawing is small enough. */
  readonly drawn: Uint8Array | undefined;
}

/** "unusable": not a picture that we open; "later": no process was free, or it took too long. */
export type NotOpened = "unusable" | "later";

export interface PictureTask {
  readonly bytes: Uint8Array;
  readonly kind: PictureKind;
  readonly drawings: readonly Drawing[];
  readonly mostBytes: number;
}

/** One process, or two with processors to spare: 50 million pixels take up to half a gigabyte and two seconds. */
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

/** Reads a picture's type, size and number of frames without drawing it. */
export async function measurePicture(bytes: Uint8Array): Promise<PictureFacts | NotOpened> {
  return await redrawPicture(bytes, []);
}

/**
 * Redraws a picture as the first of the drawings that is small enough.
 * @param mostBytes the size limit of the drawing
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
