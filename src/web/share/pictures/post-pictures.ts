/** The pictures of a draft as the previews of its posts show them. */
import type { CardPicture } from "../../../platforms/registry.ts";
import { findOwnPictures } from "../../../sharing/pictures/own-pictures.ts";
import type { WebContext } from "../../guards/context.ts";
import type { Draft } from "../share-draft.tsx";
import { ownPicturePath } from "./own-picture.ts";

/** Returns the pictures to attach; empty for none at all; undefined for the link card. */
export async function findPostPictures(
  c: WebContext,
  { pictures }: Pick<Draft, "pictures">,
): Promise<readonly CardPicture[] | undefined> {
  if (pictures === undefined) return undefined;
  const own = await findOwnPictures(
    c.var.runtime,
    c.var.person,
    pictures.map(({ id }) => id),
  );
  return own.map(({ id, type, width, height, size }) => ({
    path: ownPicturePath(id),
    type,
    width,
    height,
    size,
  }));
}
