/** The path of the page that asks for a visitor's server. */
import type { PageLink } from "../../pages/page.ts";

/** Returns the path for a network with many servers and the page to share there. */
export function serverPath(network: string, { url, title }: Pick<PageLink, "url" | "title">): string {
  return `/social/share/to/${network}/?${new URLSearchParams(title === "" ? { url } : { url, title })}`;
}
