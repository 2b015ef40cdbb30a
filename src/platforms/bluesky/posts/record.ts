/** Builds the record of a post (docs/networks/bluesky.md, section 4). */
import type { Post } from "../../platform.ts";
import { PlatformError } from "../../platform.ts";
import { cutAlt } from "../../posts/pictures.ts";
import { titleOfCard } from "../card.ts";
import { resolveHandle } from "../identity/handle.ts";
import type { Parts } from "../parts.ts";
import { findFeatures, toFacet } from "../text/facets.ts";
import type { Session } from "../xrpc.ts";
import { POSTS } from "./address.ts";
import { type Blob, uploadPicture, uploadThumbnail } from "./blobs.ts";

/** The lexicon limits none of them, but servers limit a record as a whole. */
const LONGEST = { title: 1_000, description: 2_000, alt: 2_000 } as const;

/** Uploads the pictures and returns the record. @throws {PlatformError} before anything is visible */
export async function buildRecord(
  parts: Parts,
  session: Session,
  {
    post,
    createdAt,
    language,
  }: { readonly post: Post; readonly createdAt: string; readonly language: string | undefined },
): Promise<object> {
  const embed =
    post.pictures.length > 0
      ? await withPictures(parts, session, post)
      : await withCard(parts, session, post);
  const { text } = post;
  const facets = await buildFacets(parts, text);
  return {
    $type: POSTS,
    text,
    createdAt,
    ...(language === undefined || language === "" ? {} : { langs: [language] }),
    ...(facets.length === 0 ? {} : { facets }),
    embed,
  };
}

async function withCard(parts: Parts, session: Session, post: Post): Promise<object> {
  const thumb = await uploadThumbnail(parts, session, post);
  const external = {
    uri: post.url,
    title: cutAlt(titleOfCard(post.title, post.url), LONGEST.title),
    description: cutAlt(post.description.trim(), LONGEST.description),
    ...(thumb === undefined ? {} : { thumb }),
  };
  return { $type: "app.bsky.embed.external", external };
}

async function withPictures(parts: Parts, session: Session, { pictures }: Post): Promise<object> {
  const images: { readonly image: Blob; readonly alt: string }[] = [];
  for (const picture of pictures)
    images.push({
      image: await uploadPicture(parts, session, picture),
      alt: cutAlt(picture.alt, LONGEST.alt),
    });
  return { $type: "app.bsky.embed.images", images };
}

/** A mention of nobody stays plain text. */
async function buildFacets(parts: Parts, text: string): Promise<object[]> {
  const facets = await Promise.all(
    findFeatures(text).map(async (feature) => {
      if (feature.kind !== "mention") return toFacet(text, feature);
      const did = await parts.kept
        .get(`handle ${feature.handle}`, () => resolveHandle(parts, feature.handle))
        .catch((error: unknown) => {
          if (error instanceof PlatformError) return undefined;
          throw error;
        });
      return toFacet(text, feature, did);
    }),
  );
  return facets.filter((facet) => facet !== undefined);
}
