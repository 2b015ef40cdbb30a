/** The share button for other sites: its two lines of HTML, the button itself, and its colours. */
import { DEFAULT_ACCENT } from "../../../operation/branding.ts";
import { CopyButton } from "../../frame/copy-button.tsx";
import { T, useWords } from "../../frame/words.tsx";

interface SiteButtonProps {
  readonly baseUrl: URL;
  /** The operator's colour; undefined for our own. */
  readonly accent: string | undefined;
}

/** Shows the lines to copy. sites.js writes the colours into them and onto the button. */
export function SiteButton({ baseUrl, accent = DEFAULT_ACCENT }: SiteButtonProps) {
  const { t } = useWords();
  const script = `<script type="module" src="${new URL("button.js", baseUrl).href}"></script>`;
  const lines = `${script}\n<share-button></share-button>`;
  return (
    <section class="card stack site-button" aria-labelledby="button">
      <h2 id="button">
        <T>The Share button</T>
      </h2>
      <p>
        <T>
          Put these two lines where the button should be. It shares the page that it is on, in the page’s
          language, and sets no cookies.
        </T>
      </p>
      {/* A field, so that the lines can be selected and copied without a script too. */}
      <textarea readonly rows={3} dir="ltr" spellcheck={false} aria-label={t("The two lines")} data-lines>
        {lines}
      </textarea>
      <CopyButton text={lines} what={t("The two lines")} />
      <form class="site-colours" data-colours hidden>
        <p class="preview">
          <share-button url={baseUrl.href} title={t("Your page")} />
        </p>
        <label>
          <input type="color" name="background" value={accent} />
          <T>Background</T>
        </label>
        <label>
          <input type="color" name="color" value="#ffffff" />
          <T>Text</T>
        </label>
        <button class="button small" type="reset">
          <T>As on the page</T>
        </button>
        <p class="note doubt" role="status" hidden>
          <T>The text is hard to read on this background.</T>
        </p>
      </form>
    </section>
  );
}
