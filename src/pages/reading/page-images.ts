/** The pictures of a page, from its tags and its JSON-LD. */
import { findFirst, findLink, toWords } from "./tag-words.ts";
import type { Tags } from "./tags.ts";
import { webAddress } from "./web-address.ts";

const MOST_IMAGES = 10;

/** A picture that a page names. */
export interface PageImage {
  readonly url: string;
  /** In pixels, as declared by the page. */
  readonly width?: number;
  readonly height?: number;
  readonly alt: string;
}

/** Open Graph's pictures: `og:image:width`, `:alt` and the like belong to the `og:image` before them. */
export function findImages(
  tags: Tags,
  { base, more }: { base: string; more: readonly string[] },
): PageImage[] {
  const listed: { url: string; secure?: string; width?: string; height?: string; alt?: string }[] = [];
  for (const { name, content } of tags.metas) {
    const last = listed.at(-1);
    if (name === "og:image" || (name === "og:image:url" && last?.url !== content))
      listed.push({ url: content });
    else if (name === "og:image:secure_url" && last === undefined) listed.push({ url: content });
    else if (last !== undefined && name === "og:image:secure_url") last.secure ??= content;
    else if (last !== undefined && name === "og:image:width") last.width ??= content;
    else if (last !== undefined && name === "og:image:height") last.height ??= content;
    else if (last !== undefined && name === "og:image:alt") last.alt ??= content;
  }
  const others = [
    findFirst(tags, ["twitter:image", "twitter:image:src"]),
    ...more,
    findLink(tags, "image_src") ?? "",
    findFirst(tags, ["thumbnail", "image"]),
  ].map((url) => ({ url, alt: findFirst(tags, ["twitter:image:alt"]) }));
  const images = new Map<string, PageImage>();
  for (const { url, secure, width, height, alt } of [...listed, ...others] as typeof listed) {
    const address = webAddress(secure, base) ?? webAddress(url, base);
    if (address === undefined || images.has(address)) continue;
    const [wide, high] = [pixels(width), pixels(height)];
    images.set(address, {
      url: address,
      ...(wide === undefined || high === undefined ? {} : { width: wide, height: high }),
      alt: toWords(alt ?? ""),
    });
  }
  return [...images.values()].slice(0, MOST_IMAGES);
}

function pixels(text: string | undefined): number | undefined {
  const number = Number.parseInt(text ?? "", 10);
  return number > 0 && number < 100_000 ? number : undefined;
}
