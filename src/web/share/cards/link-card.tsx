/** The preview of one post: its text, and the card that the network or we make from the page. */
import type { PlatformName } from "../../../platforms/platform.ts";
import { aboutPlatform, type LinkCard } from "../../../platforms/registry.ts";
import { PlatformMark, Sign } from "../../frame/icons.tsx";
import { Say, T } from "../../frame/words.tsx";

interface PostPreviewProps {
  readonly platform: PlatformName;
  /** Names the accounts where posts on one network differ. */
  readonly accounts?: string | undefined;
  /** Absent where only the card is shown. */
  readonly text?: string | undefined;
  /** The page's address, as it appears in the text. */
  readonly url: string;
  readonly card: LinkCard;
}

export function PostPreview({ platform, accounts, text, url, card }: PostPreviewProps) {
  const { label } = aboutPlatform(platform);
  return (
    <li class="post-preview">
      <h3>
        <PlatformMark platform={platform} />
        <span>{accounts === undefined ? label : `${label} (${accounts})`}</span>
      </h3>
      <div class="post-frame">
        {text !== undefined && text !== "" && (
          <p class="post-text" dir="auto">
            {card.address === undefined ? text : text.replaceAll(url, card.address)}
          </p>
        )}
        <Card card={card} />
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
    </li>
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
