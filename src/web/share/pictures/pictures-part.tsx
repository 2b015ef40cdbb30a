/** The pictures of a form: a button until somebody wants to choose them, then those of the page, one's own, or none. */
import { LARGEST_FILE } from "../../../pages/pictures/given-picture.ts";
import { LONGEST_ALT, type PictureChoice } from "../../../sharing/pictures/choice.ts";
import type { OwnPicture } from "../../../sharing/pictures/own-pictures.ts";
import type { Told } from "../../../words/words.ts";
import { assetPath } from "../../assets.ts";
import { Sign } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { OwnPictureItem } from "./own-picture-item.tsx";
import type { PageChoice } from "./page-choices.ts";

/** Where the form of the share page is posted to in order to choose pictures. */
export const SHARE_PICTURES = "/social/share/pictures/";

export interface PicturesPartProps {
  /** Where the form is posted to in order to choose pictures. */
  readonly at: string;
  readonly chosen: PictureChoice;
  /** Absent until somebody wants to choose. */
  readonly shown?: ShownPictures | undefined;
}

export interface ShownPictures {
  readonly own: readonly OwnPicture[];
  readonly choices: readonly PageChoice[];
  readonly problems: readonly Told[];
  /** The longest alternative text that all networks take, in UTF-16 units. */
  readonly longestAlt: number;
  /** The picture that was just added. */
  readonly added?: string | undefined;
  /** They were asked for just now, so they have the focus. */
  readonly isAsked: boolean;
}

export function PicturesPart({ at, chosen, shown }: PicturesPartProps) {
  const { t } = useWords();
  const loading = { "data-at": at, "data-script": assetPath("pictures.js") };
  if (shown === undefined)
    return (
      <div class="pictures" id="pictures" {...loading}>
        <button class="button small" type="submit" formaction={at} formnovalidate>
          <Sign name="photo" />
          <T>Pictures</T>
        </button>
      </div>
    );
  return (
    <fieldset
      class="pictures"
      id="pictures"
      {...loading}
      data-unsent={t("The pictures could not be sent. Check your connection and try again.")}
      data-large={t("“{name}” is too large. A picture may have at most {most} MB.", {
        name: "{name}",
        most: LARGEST_FILE / 1_000_000,
      })}
    >
      <legend>
        <T>Pictures</T>
      </legend>
      <link rel="stylesheet" href={assetPath("pictures.css")} />
      <OpenPart at={at} chosen={chosen} shown={shown} />
    </fieldset>
  );
}

function OpenPart({ at, chosen, shown }: PicturesPartProps & { readonly shown: ShownPictures }) {
  const { own, choices, problems, longestAlt, added, isAsked } = shown;
  const { t } = useWords();
  const post = { type: "submit", formaction: at, formnovalidate: true } as const;
  return (
    <>
      {problems.length > 0 && (
        <div class="note bad" role="alert" id="picture-problems">
          {problems.map((problem) => (
            <p>
              <Say told={problem} />
            </p>
          ))}
        </div>
      )}
      {own.length > 0 && (
        <ul class="own-pictures">
          {own.map((picture, index) => (
            <OwnPictureItem
              picture={picture}
              number={index + 1}
              alt={chosen?.find(({ id }) => id === picture.id)?.alt ?? ""}
              longest={Math.min(longestAlt, LONGEST_ALT)}
              post={post}
              isFocused={picture.id === added}
            />
          ))}
        </ul>
      )}
      {choices.length > 0 && (
        <fieldset class="page-choices">
          <legend class="quiet">
            <T>Pictures of the page</T>
          </legend>
          {choices.map(({ address, path, alt }, index) => (
            <button
              {...post}
              name="take"
              value={address}
              aria-pressed={own.some((picture) => picture.address === address) ? "true" : "false"}
              title={alt || undefined}
            >
              <img
                src={path}
                alt={
                  alt === ""
                    ? t("Picture {number} of the page", { number: index + 1 })
                    : t("Picture of the page: {alt}", { alt })
                }
              />
            </button>
          ))}
        </fieldset>
      )}
      <div class="add-pictures">
        <label>
          <T>Add pictures of your own</T>
          <input
            type="file"
            name="file"
            multiple
            accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
            aria-describedby={problems.length > 0 ? "picture-problems" : "pictures-hint"}
            autofocus={isAsked && added === undefined}
          />
        </label>
        <noscript>
          <button class="button small" {...post} formenctype="multipart/form-data">
            <T>Add</T>
          </button>
        </noscript>
      </div>
      <p class="quiet" id="pictures-hint">
        {own.length === 0 ? (
          <T>JPEG, PNG, WebP, GIF or AVIF. Without one, each network shows the link’s own card.</T>
        ) : (
          <T>They take the place of the link’s card, and the link stands in the text.</T>
        )}
      </p>
      {own.length === 0 && <NoPicture isChosen={chosen?.length === 0} />}
    </>
  );
}

function NoPicture({ isChosen }: { isChosen: boolean }) {
  return (
    <label class="no-picture">
      <input type="checkbox" name="no_picture" checked={isChosen} autocomplete="off" />
      <span>
        <T>No picture</T>
        <small>
          <T>Where a network makes the card itself, it may still show the page’s picture.</T>
        </small>
      </span>
    </label>
  );
}
