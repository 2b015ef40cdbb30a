/** The pages of the simulated LinkedIn: feed, posts, profiles and logos. */
import { Hono } from "hono";
import { drawAvatar } from "../crawl/pictures.ts";
import { type Env, originOf } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import type { LinkedinPost, LinkedinWorld } from "./memory.ts";
import { describeAuthor } from "./posts.ts";

const network = "LinkedIn";

export function pageRoutes(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();
  const missing = <MissingPage network={network} />;

  app.get("/", (c) =>
    c.html(<TimelinePage network={network} request={c.req.raw} posts={feed(world, c.req.raw)} />),
  );

  app.get("/logos/:file", async (c) => {
    const id = c.req.param("file").replace(/\.jpg$/, "");
    const organization = world.memory.organizations.find((candidate) => candidate.id === id);
    if (!organization) return c.html(missing, 404);
    return c.body(await drawAvatar(organization.name), 200, { "content-type": "image/jpeg" });
  });

  app.get("/feed/update/:urn/", (c) => {
    const post = world.memory.posts.find(({ urn }) => urn === c.req.param("urn"));
    if (!post || post.deletedAt !== undefined) return c.html(missing, 404);
    return c.html(<PostPage network={network} request={c.req.raw} seen={seenPost(world, c.req.raw, post)} />);
  });

  app.get("/:kind{in|company}/:name/:rest{.*}?", (c) => {
    const { kind, name } = c.req.param();
    const company = world.memory.organizations.find(({ id }) => kind === "company" && id === name);
    const handle = `/${kind}/${company?.vanityName ?? name}`;
    // Nobody is signed in on these pages, so "me" shows everybody.
    const posts = feed(world, c.req.raw).filter(({ post }) => handle === "/in/me" || post.handle === handle);
    return c.html(<TimelinePage network={network} request={c.req.raw} posts={posts} />);
  });

  return app;
}

function feed(world: LinkedinWorld, request: Request): SeenPost[] {
  const visible = world.memory.posts.filter(({ deletedAt }) => deletedAt === undefined);
  return visible.toReversed().map((post) => seenPost(world, request, post));
}

function seenPost(world: LinkedinWorld, request: Request, post: LinkedinPost): SeenPost {
  const audience = post.visibility === "CONNECTIONS" ? "Connections only" : undefined;
  return { post, ...describeAuthor(world, post, originOf(request)), audience };
}
