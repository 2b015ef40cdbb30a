/** The banner at the top of a page or a form: what happened, in at most one sentence. */
import type { Told } from "../../words/words.ts";
import { useWords } from "./words.tsx";

interface BannerProps {
  readonly good?: Told | undefined;
  readonly bad?: Told | string | undefined;
}

/** Shows `bad` where there is both, and nothing where there is neither. */
export function Banner({ good, bad }: BannerProps) {
  const { t } = useWords();
  if (bad !== undefined)
    return (
      <p class="banner bad" role="alert" tabindex={-1} autofocus data-refusal={t("Not done:")}>
        {t(bad)}
      </p>
    );
  if (good === undefined) return null;
  return (
    <p class="banner good" role="status">
      {t(good)}
    </p>
  );
}
