/** One page of the corpus: its site's answer, and the expected result. */

import type { PageMetadata } from "../../../src/pages/reading/metadata.ts";
import type { PageProblem } from "../../../src/pages/visit/fetch-page.ts";

export interface CorpusPage {
  /** A description, and its path on the site. */
  readonly name: string;
  readonly body: string | Uint8Array;
  /** Default: "text/html; charset=utf-8". */
  readonly type?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** "SITE" stands for its site's origin. */
  readonly expected: ExpectedMetadata | PageProblem;
}

type ExpectedMetadata = Partial<Omit<PageMetadata, "images">> & {
  /** Only their addresses, or every field of each. */
  readonly images?: readonly (string | PageMetadata["images"][number])[];
};

/** A head within the frame that most pages have. */
export function inFrame(head: string, { language = "en", body = "<h1>A page</h1>" } = {}): string {
  return `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`;
}
