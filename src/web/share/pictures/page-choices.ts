/** The pictures of a page that a person may attach. */
import type { SharedPage } from "../../../pages/page.ts";
import type { WebContext } from "../../guards/context.ts";

export interface PageChoice {
  /** As the page gives it. */
  readonly address: string;
  /** The path of our small copy. */
  readonly path: string;
  /** The page's own alternative text, or nothing. */
  readonly alt: string;
}

interface Source {
  readonly page: SharedPage;
  readonly metadata?:
    | { readonly images: readonly { readonly url: string; readonly alt: string }[] }
    | undefined;
}

const MOST = 4;
/** How long to wait for one that has to be fetched first. */
const WAIT_MS = 3_000;

/** Returns the page's picture and the first others that it names, without those that cannot be fetched. */
export async function findPageChoices(c: WebContext, { page, metadata }: Source): Promise<PageChoice[]> {
  const alts = new Map([
    ...(page.image === undefined ? [] : [[page.image, page.imageAlt ?? ""] as const]),
    ...(metadata?.images ?? []).map(({ url, alt }) => [url, alt] as const),
  ]);
  const found = await Promise.all(
    [...alts].slice(0, MOST).map(async ([address, alt]) => {
      const preview = await c.var.runtime.pages.showPicture(address, WAIT_MS, c.var.person.id);
      return preview === undefined ? [] : [{ address, path: preview.path, alt }];
    }),
  );
  return found.flat();
}
