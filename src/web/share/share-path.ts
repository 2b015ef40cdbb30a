/** The address of the share page for a page. */
import type { PageLink } from "../../pages/page.ts";

const LONGEST_PATH = 4_000;

/** The share page for this page; what it can do without is left out where the address would grow too long. */
export function sharePath({ url, title, description, image }: PageLink): string {
  const parameters = new URLSearchParams({
    url,
    ...(title === "" ? {} : { title }),
    ...(image === undefined ? {} : { image }),
    ...(description === "" ? {} : { description }),
  });
  for (const name of ["description", "image", "title"]) {
    if (parameters.toString().length > LONGEST_PATH) parameters.delete(name);
  }
  return `/social/share/?${parameters}`;
}
