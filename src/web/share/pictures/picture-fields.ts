/** Reads the pictures of a form. */
import { z } from "zod";
import {
  type ChosenPicture,
  LONGEST_ALT,
  MOST_PICTURES,
  type PictureChoice,
} from "../../../sharing/pictures/choice.ts";
import { writtenLines } from "../../../words/written.ts";

/** Returns the name of the form field for the alternative text of a picture. */
export function altField(id: string): string {
  return `alt-${id}`;
}

const altText = z
  .string()
  .overwrite(writtenLines)
  .transform((text) => text.trim().slice(0, LONGEST_ALT))
  .catch("");

const shape = z.object({
  picture: z
    .unknown()
    .default([])
    .transform((ids) => [ids].flat().filter((id): id is string => z.uuid().safeParse(id).success)),
  no_picture: z.literal("on").optional().catch(undefined),
  // A form without a script posts the names of files that were chosen and not added.
  file: z.string().optional().catch(undefined),
});

export interface PictureFields {
  readonly pictures: PictureChoice;
  /** The name of a file that was chosen and not added. */
  readonly unsentFile?: string | undefined;
}

/** Reads the pictures that the form has, in their order. */
export function readPictureFields(body: Readonly<Record<string, unknown>>): PictureFields {
  const { picture, no_picture, file } = shape.parse(body);
  const chosen = [...new Set(picture)].slice(0, MOST_PICTURES).map(
    (id): ChosenPicture => ({
      id,
      alt: altText.parse(body[altField(id)]),
    }),
  );
  return {
    pictures: chosen.length > 0 ? chosen : no_picture === undefined ? undefined : [],
    unsentFile: file || undefined,
  };
}
