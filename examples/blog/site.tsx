/** Coastal Notes, a blog. */
import { raw } from "hono/html";
import { Illustration, Page } from "../site/page.tsx";
import type { Site } from "../site/server.ts";
import { type Post, posts } from "./posts.ts";

const name = "Coastal Notes";
const tagline = "Small things seen from the edge of the land.";

export const blog: Site<Post> = {
  name,
  folder: import.meta.dirname,
  items: posts,
  showFront: (origin) => (
    <Page
      site={name}
      title={name}
      description={tagline}
      url={`${origin}/`}
      picture={{ url: `${origin}/pictures/lighthouse.png`, alt: "A lighthouse" }}
      type="website"
      about={{ "@type": "Blog", name, description: tagline }}
    >
      <header class="masthead">
        <p class="site">{name}</p>
        <p class="tagline">{tagline}</p>
      </header>
      <main class="front">
        {posts.map((post) => (
          <article>
            <a href={`/${post.slug}/`}>
              <Illustration picture={post.picture} />
              <h2>{post.title}</h2>
            </a>
            <p>{post.description}</p>
            <p class="byline">{`${post.author} · ${formatDay(post.published)}`}</p>
          </article>
        ))}
      </main>
    </Page>
  ),
  showItem: (post, { url, picture }, button) => (
    <Page
      site={name}
      title={post.title}
      description={post.description}
      url={url}
      picture={{ url: picture, alt: post.picture.alt }}
      type="article"
      about={{
        "@type": "BlogPosting",
        headline: post.title,
        description: post.description,
        image: picture,
        datePublished: post.published,
        author: { "@type": "Person", name: post.author },
        publisher: { "@type": "Organization", name },
        mainEntityOfPage: url,
      }}
    >
      <header class="masthead">
        <p class="site">
          <a href="/">{name}</a>
        </p>
      </header>
      <main class="post">
        <h1>{post.title}</h1>
        <p class="lead">{post.description}</p>
        <p class="byline">{`By ${post.author}, ${formatDay(post.published)}`}</p>
        <Illustration picture={post.picture} />
        {post.paragraphs.map((paragraph) => (
          <p>{paragraph}</p>
        ))}
        <p class="share">{raw(button)}</p>
      </main>
    </Page>
  ),
};

function formatDay(day: string): string {
  return new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}
