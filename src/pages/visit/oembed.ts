/** A site's description of a page in its oEmbed response (https://oembed.com, version 1.0). */
import type { PageMetadata } from "../reading/metadata.ts";
import { webAddress } from "../reading/web-address.ts";
import { clip } from "../reading/words.ts";
import { type PageWorld, readStart } from "./fetch-page.ts";
import { readOembedAnswer } from "./page-readers.ts";

const MOST_BYTES = 256 * 1_024;
const TIMEOUT_MS = 3_000;

/** Fills the gaps of a page's metadata from its oEmbed response, which some networks prefer. */
export async function completeFromOembed(world: PageWorld, metadata: PageMetadata): Promise<PageMetadata> {
  const { facts, title, images, author } = metadata;
  const address = facts?.oembed ?? (isWhole(metadata) ? undefined : metadata.oembed);
  const told = address === undefined ? undefined : await ask(world, address);
  if (address === undefined || told === undefined) return metadata;
  const thumbnail = webAddress(told.thumbnail, address);
  const picture = told.type === "photo" ? webAddress(told.picture, address) : thumbnail;
  return {
    ...metadata,
    title: title || clip(told.title, 300),
    author: author || clip(told.author, 100),
    images: images.length > 0 || thumbnail === undefined ? images : [{ url: thumbnail, alt: "" }],
    ...(facts === undefined || told.type === ""
      ? {}
      : {
          facts: {
            ...facts,
            told: {
              type: told.type.slice(0, 20),
              title: clip(told.title, 300),
              author: clip(told.author, 100),
              provider: clip(told.provider, 100),
              ...(picture === undefined ? {} : { picture }),
            },
          },
        }),
  };
}

/** Complete without oEmbed, which then matters to some networks alone. */
export function isWhole({ title, images }: PageMetadata): boolean {
  return title !== "" && images.length > 0;
}

/** Undefined without a useful response. */
async function ask({ fetch, userAgent }: PageWorld, address: string) {
  try {
    const response = await fetch(address, {
      headers: { accept: "application/json", "user-agent": userAgent },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return await readOembedAnswer(await readStart(response, MOST_BYTES));
    await response.body?.cancel();
  } catch {
    return undefined;
  }
  return undefined;
}
