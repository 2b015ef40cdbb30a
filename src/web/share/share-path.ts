/** The path of the share page for a given page. */
import type { PageLink } from "../../pages/page.ts";

const LONGEST_PATH = 4_000;

/** Returns the path of the share page for a link. Drops optional parameters where the path would be too long. */
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
