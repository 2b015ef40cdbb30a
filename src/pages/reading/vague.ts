/** Tells pages whose own words say nothing about them. */
import { isFrontPage, isRoute } from "../addresses.ts";
import type { Answer } from "./gates.ts";
import type { PageMetadata } from "./metadata.ts";
import type { PageSigns } from "./signs.ts";

/** Characters below which nothing is readable before scripts run. */
export const NO_WORDS = 200;

/** No Open Graph or Twitter tags and no JSON-LD describe the page. */
export function saysNothing({ tags }: PageMetadata, { hasJsonLd }: PageSigns): boolean {
  const told = ["title", "description", "image"].flatMap((name) => [`og:${name}`, `twitter:${name}`]);
  return !hasJsonLd && !told.some((name) => tags[name] !== undefined);
}

/** Its words belong to the site or are placeholders for scripts, so a link's description of the page is better. */
export function isVague({ asked, metadata, signs }: Answer): boolean {
  if (saysNothing(metadata, signs)) return true;
  // After "#!" or "#/" scripts decide what is shown.
  if (isRoute(asked)) return true;
  const { tags, title, canonical, siteName } = metadata;
  const hasTitle = tags["og:title"] !== undefined || tags["twitter:title"] !== undefined || signs.hasJsonLd;
  const isOfSite = title === siteName || (isFrontPage(canonical) && !isFrontPage(asked));
  return signs.length < NO_WORDS && signs.hasScripts && (!hasTitle || isOfSite || isPlaceholder(title));
}

/** A title that stands until a script replaces it. */
export function isPlaceholder(title: string): boolean {
  return (
    title === "" ||
    /^(?:loading|please wait|redirecting|one moment|untitled|document|app|(?:my |create )?react app|vite(?: ?\+ ?\w+)?(?: ?\+ ?ts)?(?: app)?|wird geladen|chargement|cargando|javascript (?:is )?required|enable javascript)(?:\s*(?:…|\.{2,3}))?$/i.test(
      title,
    )
  );
}
