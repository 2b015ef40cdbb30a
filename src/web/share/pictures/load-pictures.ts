/** Loads what the pictures of a form show. */
import type { SharedPage } from "../../../pages/page.ts";
import { LONGEST_ALT } from "../../../sharing/pictures/choice.ts";
import { findOwnPictures } from "../../../sharing/pictures/own-pictures.ts";
import type { Told } from "../../../words/words.ts";
import type { WebContext } from "../../guards/context.ts";
import type { Draft } from "../share-draft.tsx";
import { findPageChoices } from "./page-choices.ts";
import type { ShownPictures } from "./pictures-part.tsx";

/** What somebody has just done with the pictures. */
export interface AskedPictures {
  readonly problems: readonly Told[];
  /** The picture that was added, or the first of several. */
  readonly added?: string | undefined;
}

/** Returns undefined as long as nobody has asked for pictures. */
export async function loadPictures(
  c: WebContext,
  known: Parameters<typeof findPageChoices>[1] & { readonly page: SharedPage },
  { pictures }: Draft,
  asked: AskedPictures | undefined,
): Promise<ShownPictures | undefined> {
  if (pictures === undefined && asked === undefined) return undefined;
  const { runtime, person } = c.var;
  const [own, choices] = await Promise.all([
    findOwnPictures(runtime, person, pictures?.map(({ id }) => id) ?? []),
    findPageChoices(c, known),
  ]);
  return {
    ...{ own, choices, problems: asked?.problems ?? [], added: asked?.added, isAsked: asked !== undefined },
    longestAlt: Math.min(
      LONGEST_ALT,
      ...runtime.platforms.availablePlatforms().flatMap(({ about }) => about.pictures?.alt ?? []),
    ),
  };
}
