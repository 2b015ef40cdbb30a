/** The service's name, colour and logo, as fields of a form. */

/** Ours, which the fields begin with. */
const ACCENT = "#0b6b5f";

interface LookFieldsProps {
  readonly name: string;
  readonly accent: string | undefined;
  readonly hasLogo: boolean;
}

export function LookFields({ name, accent, hasLogo }: LookFieldsProps) {
  return (
    <>
      <label>
        Name
        <small>People read it on every page, in the title and in mails.</small>
        <input type="text" name="appName" value={name} maxlength={60} autocomplete="off" required />
      </label>
      <fieldset class="colour">
        <legend>Colour</legend>
        <label class="tick">
          <input type="checkbox" name="ownAccent" value="yes" checked={accent !== undefined} />
          Use this colour
        </label>
        <label class="swatch">
          <span class="unseen">Colour</span>
          <input type="color" name="accent" value={accent ?? ACCENT} />
        </label>
        <small>It is made readable in light and dark by itself.</small>
      </fieldset>
      <label>
        Logo
        <small>PNG, JPEG, WebP or SVG, at most 200 kB.</small>
        <input type="file" name="logo" accept="image/png,image/jpeg,image/webp,image/svg+xml" />
      </label>
      {hasLogo && (
        <label class="tick">
          <input type="checkbox" name="noLogo" value="yes" />
          Take the logo away
        </label>
      )}
    </>
  );
}
