/** One picture of a form: itself, its alternative text, and the button that removes it. */
import type { OwnPicture } from "../../../sharing/pictures/own-pictures.ts";
import { T, useWords } from "../../frame/words.tsx";
import { ownPicturePath } from "./own-picture.ts";
import { altField } from "./picture-fields.ts";

interface OwnPictureItemProps {
  readonly picture: OwnPicture;
  /** Its place among the others, from 1. */
  readonly number: number;
  readonly alt: string;
  /** In UTF-16 units. */
  readonly longest: number;
  /** What makes a button post the form. */
  readonly post: { readonly type: "submit"; readonly formaction: string; readonly formnovalidate: true };
  readonly isFocused: boolean;
}

export function OwnPictureItem({ picture, number, alt, longest, post, isFocused }: OwnPictureItemProps) {
  const { id, width, height } = picture;
  const { t } = useWords();
  return (
    <li>
      <input type="hidden" name="picture" value={id} autocomplete="off" />
      <img
        src={ownPicturePath(id)}
        width={width}
        height={height}
        alt={alt === "" ? t("Picture {number}", { number }) : alt}
      />
      <label>
        {t("Description of picture {number}", { number })}
        <textarea
          dir="auto"
          name={altField(id)}
          rows={1}
          maxlength={longest}
          placeholder={t("For people who cannot see it")}
          autofocus={isFocused}
        >
          {alt}
        </textarea>
        <small class="quiet" data-left hidden />
      </label>
      <button
        class="button small"
        {...post}
        name="remove"
        value={id}
        aria-label={t("Remove picture {number}", { number })}
      >
        <T>Remove</T>
      </button>
    </li>
  );
}
