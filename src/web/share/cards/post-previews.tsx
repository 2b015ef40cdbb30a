/** The previews of the posts on all chosen networks, updated while the person types and chooses. */
import { handleOf } from "../../../connections/connection.ts";
import type { KnownPage } from "../../../pages/known-page.ts";
import { drawLinkCard } from "../../../platforms/registry.ts";
import type { Words } from "../../../words/words.ts";
import { tellSeveral } from "../../frame/account-badge.tsx";
import { fragmentOnly } from "../../frame/fragment.ts";
import { T, useWords } from "../../frame/words.tsx";
import type { Measured } from "../measure.ts";
import { PostPreview } from "./link-card.tsx";
import { toCardSource } from "./link-cards.ts";

interface PostPreviewsProps {
  readonly known: KnownPage;
  readonly fits: readonly Measured[];
}

/** htmx posts the surrounding form here on every change. */
export function PostPreviews({ known, fits }: PostPreviewsProps) {
  const source = toCardSource(known);
  const { t } = useWords();
  return (
    // The strip scrolls, so that it must be reachable by keyboard.
    <section
      class="preview-strip"
      id="post-previews"
      tabindex={0}
      aria-labelledby="previews"
      hx-post="/social/share/previews/"
      hx-trigger="input from:'closest form' delay:400ms"
      hx-sync="this:replace"
      hx-swap="outerMorph"
      hx-config={fragmentOnly}
    >
      {fits.length === 0 ? (
        <p class="quiet">
          <T>Choose an account to see how the post will look there.</T>
        </p>
      ) : (
        <ul class="post-previews">
          {groupAlike(fits, t).map(({ fit, accounts }) => (
            <PostPreview
              platform={fit.connection.platform}
              accounts={accounts}
              text={fit.text}
              url={source.url}
              card={drawLinkCard(fit.connection.platform, source)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Groups accounts of one network that post the same text, and names them where a network has several groups. */
function groupAlike(
  fits: readonly Measured[],
  t: Words["t"],
): { fit: Measured; accounts: string | undefined }[] {
  const groups = new Map<string, Measured[]>();
  for (const fit of fits) {
    const key = JSON.stringify([fit.connection.platform, fit.text]);
    groups.set(key, [...(groups.get(key) ?? []), fit]);
  }
  return [...groups.values()].flatMap((alike) => {
    const [fit] = alike;
    if (fit === undefined) return [];
    const isOnly =
      alike.length ===
      fits.filter(({ connection }) => connection.platform === fit.connection.platform).length;
    return [
      {
        fit,
        accounts: isOnly ? undefined : tellSeveral(count(alike), t),
      },
    ];
  });
}

function count(alike: readonly Measured[]) {
  return {
    handles: alike.map(({ connection }) => handleOf(connection.account)),
    accounts: alike.reduce((sum, { accounts }) => sum + accounts, 0),
  };
}
