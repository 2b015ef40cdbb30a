/** The fields of the share form that a draft keeps, and back again. */
import { z } from "zod";
import type { DraftField, DraftStand } from "../../sharing/drafts/draft.ts";

/**
 * What a person chooses and writes. The page is kept beside it; a search, an open tab and the answer to a question are not kept.
 * A test compares this with the form.
 */
const KEPT =
  /^(message|message-.+|option-.+|account|accounts|group|as|all|without|when|at|zone|tracking|picture|alt-.+|no_picture|idempotency_key)$/;

/** Returns the fields to keep. Ignores files and what the form does not have. @param body a parsed form */
export function pickFields(body: Readonly<Record<string, unknown>>): DraftField[] {
  return Object.entries(body).flatMap(([name, sent]) =>
    KEPT.test(name)
      ? [sent].flat().flatMap((value) => (typeof value === "string" ? [[name, value] as const] : []))
      : [],
  );
}

/** Returns kept fields as a parsed form has them. */
export function toForm(fields: readonly DraftField[]): Record<string, string | string[]> {
  const values = Map.groupBy(fields, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, all]) => {
      const [first = "", ...more] = all.map(([, value]) => value);
      return [name, more.length === 0 ? first : [first, ...more]];
    }),
  );
}

/** The name of the form field that says which draft the form continues. */
export const STAND = "draft";

export function writeStand({ id, revision, writer }: DraftStand): string {
  return `${id} ${revision} ${writer}`;
}

const stand = z.object({ id: z.uuid(), revision: z.coerce.number().int().min(0), writer: z.uuid() });

/** Reads which draft a form continues; undefined for a form that has none yet. */
export function readStand(sent: unknown): DraftStand | undefined {
  if (typeof sent !== "string") return undefined;
  const [id, revision, writer] = sent.split(" ");
  return stand.safeParse({ id, revision, writer }).data;
}
