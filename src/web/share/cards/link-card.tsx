/** The preview of one post: its text, and the card that the network or we make from the page. */

import type { Account, OptionValues, PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform, type CardPicture, type LinkCard } from "../../../platforms/registry.ts";
import { AccountPicture, tellHandle } from "../../frame/account-badge.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { PlatformMark, Sign } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import { ChosenOptions } from "../options/chosen-options.tsx";
import { AttachedPictures } from "./attached-pictures.tsx";

interface PostPreviewProps {
  readonly platform: PlatformName;
  /** Who posts it, and how many more accounts post the same. Absent where only the card is shown. */
  readonly author?: { readonly account: Account; readonly others: number };
  /** Absent where only the card is shown. */
  readonly text?: string | undefined;
  readonly options?: OptionValues;
  /** The page's address, as it appears in the text. */
  readonly url: string;
  readonly card: LinkCard;
  /** In the place of the card. */
  readonly pictures?: readonly CardPicture[];
}

export function PostPreview({
  platform,
  author,
  text = "",
  options = {},
  url,
  card,
  pictures = [],
}: PostPreviewProps) {
  const { label } = aboutPlatform(platform);
  const words = text !== "" && (
    <p class="post-text" dir="auto">
      {card.address === undefined ? text : text.replaceAll(url, card.address)}
    </p>
  );
  return (
    <div class="post-preview">
      {author === undefined && (
        <h3>
          <PlatformMark platform={platform} />
          <span>{label}</span>
        </h3>
      )}
      <div class="post-frame">
        {author !== undefined && <PostHead {...author} platform={platform} />}
        <ChosenOptions platform={platform} values={options} />
        {/* Where the post is the picture itself, the text is its caption. */}
        {card.layout !== "picture" && words}
        {pictures.length > (card.layout === "picture" ? 1 : 0) ? (
          <AttachedPictures pictures={pictures} />
        ) : (
          <Card card={card} />
        )}
        {card.layout === "picture" && words}
      </div>
      {card.warnings.length > 0 && (
        <ul class="card-warnings">
          {card.warnings.map((warning) => (
            <li class="note doubt">
              <Sign name="alert" />
              <Say told={warning} />
            </li>
          ))}
        </ul>
      )}
      {card.unsure !== undefined && (
        <p class="note quiet">
          <Say told={card.unsure} />
        </p>
      )}
    </div>
  );
}

interface PostHeadProps {
  readonly platform: PlatformName;
  readonly account: Account;
  readonly others: number;
}

function PostHead({ platform, account, others }: PostHeadProps) {
  const words = useWords();
  return (
    <header class="post-head">
      <AccountPicture account={account} platform={platform} />
      <p>
        <strong>{breakable(account.displayName || account.username)}</strong>
        <span class="quiet">
          {breakable([tellHandle(words, account), words.t("now")].filter(Boolean).join(" · "))}
        </span>
        {others > 0 && (
          <span class="quiet">
            <T number={others}>{"and {number, plural, one {# more account} other {# more accounts}}"}</T>
          </span>
        )}
      </p>
    </header>
  );
}

function Card({ card }: { card: LinkCard }) {
  const { layout, picture, ratio, margin, site, title, description, overlay, byline } = card;
  if (layout === "none")
    return (
      <p class="note quiet">
        <T>No preview card, only the link.</T>
      </p>
    );
  const shape =
    ratio === undefined
      ? "natural"
      : ratio >= 1.95
        ? "two"
        : ratio > 1.9
          ? "wide"
          : ratio < 0.81
            ? "tall"
            : "natural";
  return (
    <div class={`link-card as-${layout}`}>
      {(picture !== undefined || layout === "small") && (
        <div class={`card-picture ${layout === "small" ? "square" : shape}${margin ? " margin" : ""}`}>
          {picture === undefined ? (
            <Sign name="page" />
          ) : (
            <img src={picture.path} width={picture.width} height={picture.height} alt="" />
          )}
          {overlay !== undefined && <span class="card-overlay">{overlay}</span>}
        </div>
      )}
      {(title !== undefined || site !== undefined) && (
        <div class="card-words">
          {site !== undefined && <span class="quiet">{site}</span>}
          {title !== undefined && (
            <strong class="clipped" dir="auto">
              {title}
            </strong>
          )}
          {description !== undefined && description !== "" && (
            <span class="quiet clipped" dir="auto">
              {description}
            </span>
          )}
          {byline !== undefined && <span class="quiet">{byline}</span>}
        </div>
      )}
    </div>
  );
}
