/** Says what prevents sharing with the chosen pictures: those that are gone, and accounts that do not take as many. */
import { handleOf } from "../../connections/connection.ts";
import type { Queryable } from "../../database/open.ts";
import type { PlatformRegistry } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import type { Fit } from "../requests/compose.ts";
import type { DraftProblem } from "../requests/weigh.ts";
import type { PictureChoice } from "./choice.ts";
import { findOwnPictures, PICTURE_GONE } from "./own-pictures.ts";

interface Weighed {
  readonly person: { readonly id: string };
  readonly pictures: PictureChoice;
  readonly fits: readonly Fit[];
}

/** Returns the problems of the chosen pictures. */
export async function findPictureProblems(
  runtime: { readonly platforms: PlatformRegistry; now(): Date },
  database: Queryable,
  { person, pictures = [], fits }: Weighed,
): Promise<DraftProblem[]> {
  const ids = pictures.map(({ id }) => id);
  const found = await findOwnPictures({ database, now: runtime.now }, person, ids);
  const gone = found.length < ids.length ? [{ problem: PICTURE_GONE }] : [];
  const refused = fits.flatMap(({ connection }): DraftProblem[] => {
    const { label, pictures: limits } = runtime.platforms.getPlatform(connection.platform).about;
    const most = limits?.most ?? 0;
    if (ids.length <= most) return [];
    const problem = say(
      "{network} takes {most, plural, =0 {no pictures} one {at most one picture} other {at most # pictures}} with a post, and you chose {size, number}. Remove some, or leave {account} out.",
      { network: label, most, size: ids.length, account: handleOf(connection.account) },
    );
    return [{ connectionId: connection.id, problem }];
  });
  return [...gone, ...refused];
}
