/** The position in a paginated list, as it appears in an address: the row after which the next page starts. */
import { z } from "zod";

export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** @returns the cursor as text for an address */
export function writeCursor({ at, id }: Cursor): string {
  return `${at.getTime()}_${id}`;
}

/** @returns undefined if the text is not a cursor */
export function readCursor(text: string | undefined): Cursor | undefined {
  const [, time, id] = /^(\d{1,15})_(.+)$/.exec(text ?? "") ?? [];
  const read = z.uuid().safeParse(id);
  return read.success ? { at: new Date(Number(time)), id: read.data } : undefined;
}
