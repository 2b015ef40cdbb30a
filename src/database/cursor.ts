/** Where a list that is shown by pages goes on: behind which row, as an address holds it. */
import { z } from "zod";

export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

export function writeCursor({ at, id }: Cursor): string {
  return `${at.getTime()}_${id}`;
}

/** Undefined: nobody made it here. */
export function readCursor(text: string | undefined): Cursor | undefined {
  const [, time, id] = /^(\d{1,15})_(.+)$/.exec(text ?? "") ?? [];
  const read = z.uuid().safeParse(id);
  return read.success ? { at: new Date(Number(time)), id: read.data } : undefined;
}
