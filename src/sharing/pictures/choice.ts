/** What a person chooses to attach to the posts of a request: pictures in an order, each with its alternative text. */
import type { SharedPage } from "../../pages/page.ts";

export interface ChosenPicture {
  /** Of an own picture. */
  readonly id: string;
  readonly alt: string;
}

/** Absent: each network's link card, with the picture of the page; empty: no picture at all. */
export type PictureChoice = readonly ChosenPicture[] | undefined;

/** The longest alternative text, in UTF-16 units, that a form takes. Networks say how much of it they take. */
export const LONGEST_ALT = 4_000;

/** The most pictures of a request: as many as the network that takes most. */
export const MOST_PICTURES = 20;

/** Tells whether a post would have a picture, for networks that need one. */
export function hasPicture(pictures: PictureChoice, page: Pick<SharedPage, "image">): boolean {
  return pictures === undefined ? page.image !== undefined : pictures.length > 0;
}

/** Tells whether pictures are attached, in the place of a link card. */
export function areAttached(pictures: PictureChoice): boolean {
  return pictures !== undefined && pictures.length > 0;
}

/** Tells whether two choices are the same. */
export function isSameChoice(one: PictureChoice | null, other: PictureChoice | null): boolean {
  const written = (choice: PictureChoice | null) =>
    JSON.stringify(choice?.map(({ id, alt }) => [id, alt]) ?? null);
  return written(one) === written(other);
}
