/** Turns a page into what the networks' cards are drawn from. */
import type { KnownPage } from "../../../pages/known-page.ts";
import { siteOf } from "../../../pages/reading/web-address.ts";
import type { CardSource } from "../../../platforms/registry.ts";

export function toCardSource({ page, metadata, previews }: KnownPage): CardSource {
  const pictureAt = (address: string | undefined) =>
    address === undefined ? undefined : previews.get(address);
  return {
    url: page.url,
    title: page.title,
    description: page.description,
    siteName: metadata?.siteName ?? siteOf(page.url),
    wasRead: metadata !== undefined,
    canonical: metadata?.canonical ?? page.url,
    tags: metadata?.tags ?? {},
    namesPicture: page.image !== undefined,
    picture: pictureAt(page.image),
    networkPicture: pictureAt(metadata?.networkImage),
    facts: metadata?.facts,
    pictures: previews,
  };
}
