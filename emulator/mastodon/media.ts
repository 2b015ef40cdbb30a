/** Uploading pictures to a simulated Mastodon server (docs/networks/mastodon.md, section 4). */
import { type Context, Hono } from "hono";
import { keepPicture } from "../crawl/pictures.ts";
import type { Env } from "../network.ts";
import { mediaEntity, viewOf } from "./entities.ts";
import { readFields, textSchema } from "./fields.ts";
import type { Media } from "./memory.ts";
import { invalid, type MastodonWorld, refusal, requirePerson } from "./oauth/access.ts";

const maxBytes = 16 * 1024 * 1024;
const maxDescription = 1500;

export function mediaRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/api/v2/media", (c) => upload(world, c));

  app.get("/api/v1/media/:id", (c) => {
    const { server, account } = requirePerson(world, c, ["write:media"]);
    const media = world.memory.media.find(({ id }) => id === c.req.param("id"));
    if (!media || media.accountId !== account.id) throw refusal(server, "not-found");
    advance(media);
    if (media.state === "failed")
      return c.json({ error: "Error processing thumbnail for uploaded media" }, 422);
    return c.json(mediaEntity(viewOf(world, c), media), media.state === "ready" ? 200 : 206);
  });
  return app;
}

async function upload(world: MastodonWorld, c: Context<Env>): Promise<Response> {
  const { server, account } = requirePerson(world, c, ["write:media"]);
  const fields = await readFields(c);
  const { file } = fields;
  if (!(file instanceof File)) throw invalid(server, "File can't be blank");
  if (file.size > maxBytes) throw invalid(server, "File file size must be less than 16 MB");
  const altText = textSchema.safeParse(fields.description).data ?? "";
  if (altText.length > maxDescription)
    throw invalid(server, `Description is too long (maximum is ${maxDescription} characters)`);
  const picture = await keepPicture(world, await file.bytes());
  if (!picture) throw invalid(server, "File content type is invalid");
  const media: Media = {
    id: world.nextId(),
    accountId: account.id,
    pictureId: picture.id,
    width: picture.width,
    height: picture.height,
    altText,
    state: server.switches.media === "ready-at-once" ? "ready" : "processing",
    failsLater: server.switches.media === "processing-fails",
    polls: 0,
  };
  world.memory.media.push(media);
  return c.json(mediaEntity(viewOf(world, c), media), media.state === "ready" ? 200 : 202);
}

/** The first request finds it in processing, the second one finished. */
function advance(media: Media): void {
  media.polls += 1;
  if (media.state === "processing" && media.polls > 1) media.state = media.failsLater ? "failed" : "ready";
}
