/** A draft: what a person has written about a page and not shared yet, as the form of the share page sends it. */
import type { PageLink } from "../../pages/page.ts";

/** Days after the last change; long enough for what waits until after a holiday. */
export const DRAFT_DAYS = 90;

export type DraftField = readonly [name: string, value: string];

/** Which state of a draft a form shows. */
export interface DraftStand {
  readonly id: string;
  /** Counts the saves; 0: never saved. */
  readonly revision: number;
  /** Identifies the form, so that its own saves do not contradict each other. */
  readonly writer: string;
}

export interface KeptDraft extends Pick<DraftStand, "id" | "revision"> {
  readonly link: PageLink;
  readonly fields: readonly DraftField[];
  readonly updatedAt: Date;
}

/** Returns the first text in a form: the message, or one for a network or account; empty if nothing is written. */
export function writtenWords(fields: readonly DraftField[]): string {
  const written = fields.filter(([name]) => name === "message" || name.startsWith("message-"));
  return written.map(([, text]) => text.trim()).find((text) => text !== "") ?? "";
}
