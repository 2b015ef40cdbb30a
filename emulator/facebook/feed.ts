/** Posting to a Page: links and texts to its feed, and photos (docs/networks/facebook.md, section 3). */

import { type Context, Hono } from "hono";
import { keepBounded } from "../bounded.ts";
import { makeMetaCard } from "../crawl/cards.ts";
import { fetchFromHere } from "../crawl/crawl.ts";
import { keepPicture, measurePicture } from "../crawl/pictures.ts";
import { type Env, originOf } from "../network.ts";
import { type Caller, readCaller, readParameters } from "./access.ts";
import type { FacebookPost, FacebookWorld, Page } from "./memory.ts";
import { readPost } from "./posts.ts";
import { invalidParameter, notThere, refusal } from "./problems.ts";

const longestMessage = 63_206;
const maxPhotoBytes = 4 * 1024 * 1024;
const tenMinutes = 600;
const thirtyDays = 30 * 86_400;

export function feedRoutes(world: FacebookWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:version/:id/feed", async (c) => {
    const { caller, page } = await readPoster(world, c);
    const sent = await readParameters(c);
    const { message = "", link = "" } = sent;
    const photos = attachedPhotos(world, page, sent);
    if (message === "" && link === "" && photos.length === 0) throw refusal("empty-post");
    if ([...message].length > longestMessage) throw invalidParameter("The message is too long");
    const published = readPublished(world, sent);
    if (link !== "") checkLink(world, link, originOf(c.req.raw));
    if (photos.length === 0 && isRepeated(world, page, { message, link }))
      throw refusal(world.memory.switches.duplicateCode === 506 ? "duplicate" : "posted-already");
    const post = await addPost(world, c, { page, message, link, published, media: photos, caller });
    return c.json(readPost(world, post, originOf(c.req.raw), c.req.query("fields") ?? sent.fields));
  });

  app.post("/:version/:id/photos", async (c) => {
    const { caller, page } = await readPoster(world, c);
    const sent = await readParameters(c);
    const bytes = await readPhoto(c, sent.url);
    const picture = bytes && (await isPhoto(bytes)) ? await keepPicture(world, bytes) : undefined;
    if (!picture) throw refusal("bad-photo");
    const photo = {
      id: world.nextId(),
      pageId: page.id,
      pictureId: picture.id,
      altText: sent.alt_text_custom ?? "",
    };
    keepBounded(world.memory.photos, photo, 1_000);
    if (sent.published === "false") return c.json({ id: photo.id });
    const media = [{ id: photo.id, pictureId: photo.pictureId, altText: photo.altText }];
    const post = await addPost(world, c, {
      ...{ page, link: "", published: true, media, caller },
      message: sent.caption ?? sent.message ?? "",
    });
    return c.json({ id: photo.id, post_id: post.id });
  });

  return app;
}

/** The caller, who must be allowed to post to this Page. @throws {GraphRefusal} */
async function readPoster(world: FacebookWorld, c: Context<Env>): Promise<{ caller: Caller; page: Page }> {
  const caller = await readCaller(world, c);
  const page = world.memory.pages.find(({ id }) => id === c.req.param("id"));
  if (!page) throw notThere("post", c.req.param("id"));
  const { kind, pageId, scopes, userId } = caller;
  if (kind !== "page" || pageId !== page.id) throw refusal("permission-missing");
  const role = page.roles.find(({ accountId }) => accountId === userId);
  const mayPost = role?.tasks.some((task) => task === "MANAGE" || task === "CREATE_CONTENT");
  if (!mayPost || !["pages_read_engagement", "pages_manage_posts"].every((scope) => scopes.includes(scope)))
    throw refusal("permission-missing");
  return { caller, page };
}

/** @throws {GraphRefusal} */
function checkLink(world: FacebookWorld, link: string, origin: string): void {
  const url = URL.parse(link);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) throw refusal("bad-link");
  if (/(^|\.)facebook\.com$/.test(url.hostname) || url.origin === origin) throw refusal("own-link");
  if (world.memory.switches.unscrapableHosts.includes(url.hostname)) throw refusal("unscrapable");
}

/** Whether the post is published at once. @throws {GraphRefusal} */
function readPublished(
  world: FacebookWorld,
  { published, scheduled_publish_time: time }: Record<string, string>,
): boolean {
  if (time === undefined) return published !== "false";
  const at = /^\d+$/.test(time) ? Number(time) : Date.parse(time) / 1_000;
  const ahead = at - world.now().getTime() / 1_000;
  if (published !== "false" || !(ahead >= tenMinutes && ahead <= thirtyDays))
    throw invalidParameter("The specified scheduled publish time is invalid.");
  return false;
}

/** Facebook compares with the Page's previous post. */
function isRepeated(world: FacebookWorld, page: Page, sent: { message: string; link: string }): boolean {
  const before = world.memory.posts.findLast(
    ({ accountId, deletedAt }) => accountId === page.id && deletedAt === undefined,
  );
  return before?.text === sent.message && before.link === sent.link;
}

/** `attached_media` as JSON, or as separate form fields. @throws {GraphRefusal} */
function attachedPhotos(
  world: FacebookWorld,
  page: Page,
  sent: Record<string, string>,
): FacebookPost["media"] {
  const ids = Object.entries(sent)
    .filter(([name]) => /^attached_media(\[\d+\])?$/.test(name))
    .flatMap(([, value]) => [...value.matchAll(/"media_fbid"\s*:\s*"(\d+)"/g)].map(([, id]) => id));
  return ids.map((id) => {
    const photo = world.memory.photos.find(
      (candidate) => candidate.id === id && candidate.pageId === page.id,
    );
    if (!photo) throw invalidParameter("Invalid photo in attached_media");
    return { id: photo.id, pictureId: photo.pictureId, altText: photo.altText };
  });
}

async function readPhoto(c: Context<Env>, url: string | undefined): Promise<Uint8Array | undefined> {
  const options = { accept: "image/*", bot: "facebookexternalhit/1.1", maxBytes: maxPhotoBytes + 1 };
  if (url !== undefined) return (await fetchFromHere(url, { ...options, signal: c.req.raw.signal }))?.bytes;
  const { source } = await c.req.parseBody();
  return source instanceof File ? new Uint8Array(await source.arrayBuffer()) : undefined;
}

async function isPhoto(bytes: Uint8Array): Promise<boolean> {
  const format = (await measurePicture(bytes))?.format;
  return bytes.length <= maxPhotoBytes && (format === "jpeg" || format === "png");
}

interface NewPost {
  readonly page: Page;
  readonly message: string;
  readonly link: string;
  readonly published: boolean;
  readonly media: FacebookPost["media"];
  readonly caller: Caller;
}

async function addPost(
  world: FacebookWorld,
  c: Context<Env>,
  { page, message, link, published, media, caller }: NewPost,
): Promise<FacebookPost> {
  const number = world.nextId();
  const post: FacebookPost = {
    id: `${page.id}_${number}`,
    accountId: page.id,
    clientId: caller.app.clientId,
    handle: page.username === undefined ? page.name : `@${page.username}`,
    text: message,
    link,
    published,
    url: `${originOf(c.req.raw)}/${page.id}/posts/${number}`,
    createdAt: world.now().toISOString(),
    media,
    card: null,
  };
  world.addPost(post);
  const shared = link || /https?:\/\/[^\s<>"]*[^\s<>".,;:!?')]/.exec(message)?.[0];
  if (shared) crawlLater(world, post, shared);
  return post;
}

/** Makes the card after the post, from its link or the first one in its text. A page's first share may have no picture at first. */
function crawlLater(world: FacebookWorld, post: FacebookPost, link: string): void {
  const { switches, crawled } = world.memory;
  const isFirst = !crawled.includes(link);
  keepBounded(crawled, link, 5_000);
  world.inBackground(0, async (signal) => {
    const card = await makeMetaCard(world, link, signal);
    if (!card) return;
    const { picture: _, ...bare } = card;
    post.card = isFirst && switches.firstShareWithoutPicture ? { ...bare, kind: "summary" } : card;
  });
}
