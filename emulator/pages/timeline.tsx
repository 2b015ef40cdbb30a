/** The timeline of a simulated network and the page of one post. */
import { type LinkCard, originOf, type Post, pictureUrl } from "../network.ts";
import { SimulatedPage } from "./page.tsx";

/** A post with its network's details for the page. */
export interface SeenPost {
  readonly post: Post;
  readonly displayName: string;
  readonly avatarUrl: string;
  /** "More from …", where the network credits an account. */
  readonly byline?: string | undefined;
  /** Who sees it or may reply: "Public", "Only followers". Absent on networks without audiences, and for everybody on some. */
  readonly audience?: string | undefined;
  /** Comments below it, oldest first. */
  readonly comments?: readonly { readonly username: string; readonly text: string }[];
  /** Hides the post until it is opened (Mastodon). */
  readonly warning?: string | undefined;
  /** The link that is hidden because the card shows it (X, at the end of the text). */
  readonly hiddenUrl?: string | undefined;
  /** Whether a large picture shows the site's name in place of the headline (X). */
  readonly labelsOverLargePicture?: boolean | undefined;
  /** The text in pieces, for networks that make links of nothing but what the app marked. */
  readonly pieces?: readonly { readonly text: string; readonly href?: string | undefined }[] | undefined;
  /** How links are shown in texts. Default: without scheme. */
  readonly shownUrl?: ((url: string) => string) | undefined;
}

export interface TimelineProps {
  readonly network: string;
  readonly request: Request;
  /** Newest first. */
  readonly posts: readonly SeenPost[];
}

const postsPerPage = 100;

export function TimelinePage({ network, request, posts }: TimelineProps) {
  return (
    <SimulatedPage title="Timeline" network={network}>
      <h1 class="away">Timeline</h1>
      {posts.length === 0 && <p class="card quiet">Nothing has been posted here yet.</p>}
      {posts.slice(0, postsPerPage).map((seen) => (
        <PostCard seen={seen} origin={originOf(request)} />
      ))}
    </SimulatedPage>
  );
}

export function PostPage({ network, request, seen }: Omit<TimelineProps, "posts"> & { seen: SeenPost }) {
  return (
    <SimulatedPage title={`${seen.displayName}'s post`} network={network}>
      <h1 class="away">{seen.displayName}'s post</h1>
      <PostCard seen={seen} origin={originOf(request)} />
      <p>
        <a href="/">All posts</a>
      </p>
    </SimulatedPage>
  );
}

export function MissingPage({ network }: { network: string }) {
  return (
    <SimulatedPage title="Not found" network={network}>
      <div class="card">
        <h1>There is nothing here</h1>
        <p>The post does not exist, or its author deleted it.</p>
      </div>
    </SimulatedPage>
  );
}

function PostCard({ seen, origin }: { seen: SeenPost; origin: string }) {
  const { post } = seen;
  return (
    <article class="card post" id={`post-${post.id}`}>
      <header class="person">
        <img src={seen.avatarUrl} alt="" width="46" height="46" />
        <span>
          <strong>{seen.displayName}</strong>
          <span class="quiet">{post.handle}</span>
        </span>
        <a class="quiet" href={post.url}>
          <time datetime={post.createdAt}>{post.createdAt.slice(0, 16).replace("T", " ")}</time>
        </a>
      </header>
      {seen.warning ? (
        <details>
          <summary>{seen.warning}</summary>
          <PostText seen={seen} />
        </details>
      ) : (
        <PostText seen={seen} />
      )}
      {post.media.length > 0 && (
        <div class={post.media.length > 1 ? "pictures several" : "pictures"}>
          {post.media.map((media) => (
            <img src={pictureUrl(origin, media.pictureId)} alt={media.altText} />
          ))}
        </div>
      )}
      {post.card && post.media.length === 0 && <LinkCardView card={post.card} origin={origin} seen={seen} />}
      {seen.comments?.map(({ username, text }) => (
        <p class="comment">
          <strong>{username}</strong> {text}
        </p>
      ))}
      {seen.audience && <footer class="quiet">{seen.audience}</footer>}
    </article>
  );
}

function PostText({ seen }: { seen: SeenPost }) {
  if (seen.pieces)
    return (
      <p class="text">{seen.pieces.map(({ text, href }) => (href ? <a href={href}>{text}</a> : text))}</p>
    );
  const shown = seen.shownUrl ?? ((url: string) => url.replace(/^https?:\/\//, ""));
  const parts = seen.post.text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?'])/);
  return (
    <p class="text">
      {parts.map((part, index) => {
        if (index % 2 === 0) return part;
        return part === seen.hiddenUrl ? "" : <a href={part}>{shown(part)}</a>;
      })}
    </p>
  );
}

function LinkCardView({ card, origin, seen }: { card: LinkCard; origin: string; seen: SeenPost }) {
  const domain = new URL(card.url).hostname.replace(/^www\./, "");
  const labelled = card.kind === "large" && seen.labelsOverLargePicture;
  return (
    <a class={`link-card ${card.kind}`} href={card.url}>
      {card.picture ? (
        <img src={pictureUrl(origin, card.picture.id)} alt={card.picture.altText} />
      ) : (
        <span class="no-picture" aria-hidden="true" />
      )}
      {labelled ? (
        <span class="label">{card.siteName || domain}</span>
      ) : (
        <span class="words">
          <span class="quiet">{card.siteName || domain}</span>
          <strong>{card.title || domain}</strong>
          {card.kind === "summary" && card.description && <span class="description">{card.description}</span>}
          {seen.byline && <span class="byline">{seen.byline}</span>}
        </span>
      )}
    </a>
  );
}
