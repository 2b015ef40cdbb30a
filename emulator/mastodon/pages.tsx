/** The pages of a simulated Mastodon server: its timeline, a person's posts, one post. */
import { type Context, Hono } from "hono";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import type { Status } from "./memory.ts";
import { type MastodonWorld, serverOf } from "./oauth/access.ts";
import { shownUrl } from "./text.ts";

const audiences: Readonly<Record<Status["visibility"], string>> = {
  public: "Public",
  unlisted: "Quiet public",
  private: "Followers only",
  direct: "Only people mentioned",
};

export function pageRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/", (c) => showTimeline(world, c, undefined));
  app.get("/share", (c) =>
    c.html(
      <form>
        <label>
          {`New post on ${serverOf(world, c).title}`}
          <textarea name="text">{c.req.query("text") ?? ""}</textarea>
        </label>
      </form>,
    ),
  );
  app.get("/:handle{@[\\w.-]+}", (c) => showTimeline(world, c, c.req.param("handle").slice(1)));
  app.get("/users/:username", (c) => c.redirect(`/@${c.req.param("username")}`));
  app.get("/users/:username/statuses/:id", (c) =>
    c.redirect(`/@${c.req.param("username")}/${c.req.param("id")}`),
  );

  app.get("/:handle{@[\\w.-]+}/:id", (c) => {
    const server = serverOf(world, c);
    const username = c.req.param("handle").slice(1);
    const status = postsOn(world, c).find(({ id }) => id === c.req.param("id"));
    const seen = status && seenPost(world, c, status);
    if (!status || seen?.username !== username) return c.html(<MissingPage network={server.title} />, 404);
    return c.html(<PostPage network={server.title} request={c.req.raw} seen={seen} />);
  });

  return app;
}

function showTimeline(world: MastodonWorld, c: Context<Env>, username: string | undefined) {
  const posts = postsOn(world, c)
    .toReversed()
    .map((status) => seenPost(world, c, status))
    .filter((seen) => username === undefined || seen.username === username);
  return c.html(<TimelinePage network={serverOf(world, c).title} request={c.req.raw} posts={posts} />);
}

function postsOn(world: MastodonWorld, c: Context<Env>): Status[] {
  const { host } = serverOf(world, c);
  return world.memory.posts.filter((status) => status.server === host && !status.deletedAt);
}

function seenPost(world: MastodonWorld, c: Context<Env>, status: Status): SeenPost & { username: string } {
  const { accounts } = world.memory;
  const author = accounts.find(({ id }) => id === status.accountId);
  const credited = accounts.find(({ id }) => id === status.card?.byline?.accountId);
  return {
    post: status,
    username: author?.username ?? "",
    displayName: author?.displayName ?? status.handle,
    avatarUrl: avatarUrl(originOf(c.req.raw), status.accountId),
    audience: audiences[status.visibility],
    warning: status.spoilerText,
    shownUrl,
    ...(credited && { byline: `More from ${credited.displayName}` }),
  };
}
