/** The previews of the posts on all chosen networks, one behind each tab, updated while the person types and chooses. */
import { handleOf } from "../../../connections/connection.ts";
import type { KnownPage } from "../../../pages/known-page.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Words } from "../../../words/words.ts";
import { tellSeveral } from "../../frame/account-badge.tsx";
import { fragmentOnly } from "../../frame/fragment.ts";
import { PlatformMark } from "../../frame/icons.tsx";
import { T, useWords } from "../../frame/words.tsx";
import type { Measured } from "../measure.ts";
import { attachedTo, drawPost, type PostPictures } from "./drawn-post.ts";
import { PostPreview } from "./link-card.tsx";
import { toCardSource } from "./link-cards.ts";

interface PostPreviewsProps {
  readonly known: KnownPage;
  readonly fits: readonly Measured[];
  /** The open tab; the first one where there is no such tab. */
  readonly shown: string | undefined;
  readonly pictures?: PostPictures;
}

/** htmx posts the surrounding form here on every change. The tabs are radio buttons of the form, so that the answer keeps them. */
export function PostPreviews({ known, fits, shown, pictures }: PostPreviewsProps) {
  const source = toCardSource(known);
  const { t } = useWords();
  const tabs = groupAlike(fits, t);
  const open = tabs.some(({ tab }) => tab === shown) ? shown : tabs[0]?.tab;
  return (
    <div
      id="post-previews"
      hx-post="/social/share/previews/"
      hx-trigger="input from:'closest form' delay:400ms"
      hx-sync="this:replace"
      hx-swap="outerMorph"
      hx-config={fragmentOnly}
    >
      {tabs.length === 0 ? (
        <p class="quiet">
          <T>Choose an account to see how the post will look there.</T>
        </p>
      ) : (
        <ul class="preview-tabs" aria-labelledby="previews">
          {tabs.map(({ tab, fit, accounts, others }) => (
            <li id={`preview-of-${tab}`}>
              <label title={tellTab(fit, accounts)}>
                <input type="radio" name="preview" value={tab} checked={tab === open} autocomplete="off" />
                <PlatformMark platform={fit.connection.platform} />
                <span class="unseen">{tellTab(fit, accounts)}</span>
              </label>
              <PostPreview
                platform={fit.connection.platform}
                author={{ account: fit.connection.account, others }}
                text={fit.text}
                options={fit.options}
                url={source.url}
                card={drawPost(fit.connection.platform, source, pictures)}
                pictures={attachedTo(fit.connection.platform, pictures)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function tellTab({ connection }: Measured, accounts: string | undefined): string {
  const { label } = aboutPlatform(connection.platform);
  return accounts === undefined ? label : `${label} (${accounts})`;
}

interface Tab {
  readonly tab: string;
  readonly fit: Measured;
  /** Names the accounts where a network has several tabs. */
  readonly accounts: string | undefined;
  /** How many more accounts get the same post. */
  readonly others: number;
}

/** Groups accounts of one network that post the same. */
function groupAlike(fits: readonly Measured[], t: Words["t"]): Tab[] {
  const groups = new Map<string, Measured[]>();
  for (const fit of fits) {
    const key = JSON.stringify([fit.connection.platform, fit.text, fit.options]);
    groups.set(key, [...(groups.get(key) ?? []), fit]);
  }
  return [...groups.values()].flatMap((alike) => {
    const [fit] = alike;
    if (fit === undefined) return [];
    const { platform, id } = fit.connection;
    const isOnly = alike.length === fits.filter(({ connection }) => connection.platform === platform).length;
    const counted = count(alike);
    return [
      {
        fit,
        tab: isOnly ? platform : `${platform}-${id}`,
        accounts: isOnly ? undefined : tellSeveral(counted, t),
        others: counted.accounts - 1,
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
