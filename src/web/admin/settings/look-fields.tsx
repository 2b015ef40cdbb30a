/** Form fields for the service's name, colour and logo. */
import { DEFAULT_ACCENT } from "../../../operation/branding.ts";
import { FieldProblem, markField, type Problems } from "../../frame/field-problem.tsx";
import { T } from "../../frame/words.tsx";

export interface LookValues {
  readonly name: string;
  /** Undefined for the default colour. */
  readonly accent: string | undefined;
}

interface LookFieldsProps {
  readonly values: LookValues;
  readonly hasLogo: boolean;
  readonly problems: Problems;
}

export function LookFields({ values: { name, accent }, hasLogo, problems }: LookFieldsProps) {
  const mark = (field: string) => markField({ problems, name: field });
  return (
    <>
      <label>
        <T>Name</T>
        <small>
          <T>Shown on every page, in page titles and in emails.</T>
        </small>
        <input
          type="text"
          name="appName"
          value={name}
          maxlength={60}
          autocomplete="off"
          required
          {...mark("appName")}
        />
      </label>
      <FieldProblem problems={problems} name="appName" />
      <fieldset class="colour">
        <legend>
          <T>Colour</T>
        </legend>
        <label class="swatch">
          <span class="unseen">
            <T>Colour</T>
          </span>
          <input type="color" name="accent" value={accent ?? DEFAULT_ACCENT} {...mark("accent")} />
        </label>
        <small>
          <T>Adjusted automatically for light and dark mode.</T>
        </small>
        <FieldProblem problems={problems} name="accent" />
        {accent !== undefined && (
          <label class="tick">
            <input type="checkbox" name="noAccent" value="yes" />
            <T>Back to the original colour</T>
          </label>
        )}
      </fieldset>
      <label>
        <T>Logo</T>
        <small>
          <T>PNG, JPEG, WebP, GIF or AVIF, at most 4 MB.</T>
        </small>
        <input
          type="file"
          name="logo"
          accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
          {...mark("logo")}
        />
      </label>
      <FieldProblem problems={problems} name="logo" />
      {hasLogo && (
        <label class="tick">
          <input type="checkbox" name="noLogo" value="yes" />
          <T>Remove the logo</T>
        </label>
      )}
    </>
  );
}
