/** Combines what a page says about itself with what a link says about it. */
import { findIdentity } from "./identity.ts";
import type { PageLink, SharedPage } from "./page.ts";
import type { Preview } from "./pictures/preview.ts";
import type { PageMetadata } from "./reading/metadata.ts";
import type { ReadPage } from "./visit/ask-site.ts";
import type { PageProblem } from "./visit/fetch-page.ts";

/** A page as it is shown to the person who shares it. */
export interface KnownPage {
  readonly page: SharedPage;
  /** The page's own metadata, possibly from an earlier reading; undefined if only the link describes it. */
  readonly metadata: PageMetadata | undefined;
  /** Why the page could not be read; "late" if it is still being read. */
  readonly problem: PageProblem | "late" | undefined;
  /** The page was read, but the link describes it better and takes precedence. */
  readonly saysLess: boolean;
  /** The page's pictures by address, without those that could not be fetched. */
  readonly previews: ReadonlyMap<string, Preview>;
}

/** The picture to show and those that some networks prefer. */
export function picturesOf(link: PageLink, metadata: ReadPage | undefined): string[] {
  const { networkImage, facts } = metadata ?? {};
  const named = [merge(link, metadata).image, networkImage, facts?.picture, facts?.told?.picture];
  return [...new Set(named)].filter((address) => address !== undefined);
}

/** Merges a link's description with the page's metadata; the vague one fills the gaps. */
export function merge(link: PageLink, metadata: ReadPage | undefined): SharedPage {
  const [image] = metadata?.images ?? [];
  const said = { title: metadata?.title, description: metadata?.description, image: image?.url };
  const [first, second] = metadata?.isVague === true ? [link, said] : [said, link];
  const shown = first.image ?? second.image;
  return {
    url: link.url,
    canonical: metadata && findIdentity(link.url, metadata),
    title: first.title || second.title || new URL(link.url).host,
    description: first.description || second.description || "",
    image: shown,
    imageAlt: (shown === image?.url && image?.alt) || undefined,
    siteName: metadata?.siteName,
    keywords: metadata?.isVague === true ? undefined : metadata?.keywords,
  };
}
