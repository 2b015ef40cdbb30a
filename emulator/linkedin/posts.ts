/** Creating, reading and deleting posts, and the pages that a member administers (docs/networks/linkedin.md, sections 2 and 4). */
import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type Account, avatarUrl, type Env, originOf, type PostMedia } from "../network.ts";
import { checkAuthor, type Member, organizationOf, readRestCaller } from "./caller.ts";
import { takeImage } from "./images.ts";
import type { LinkedinPost, LinkedinWorld } from "./memory.ts";
import { duplicateOf, refusal, refuseField, unknownField } from "./problems.ts";
import { showCommentary } from "./text.ts";

const longest = { commentary: 3_000, title: 400, altText: 4_086 };

const text = z.string();
const imageSchema = z.strictObject({ id: text, altText: text.optional() });
const contentSchema = z.strictObject({
  article: z
    .strictObject({
      source: text,
      title: text,
      description: text.optional(),
      thumbnail: text.optional(),
    })
    .optional(),
  media: z.strictObject({ id: text, altText: text.optional(), title: text.optional() }).optional(),
  multiImage: z.strictObject({ images: z.array(imageSchema) }).optional(),
});
const postSchema = z.strictObject({
  author: text,
  commentary: text,
  visibility: z.enum(["PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"]),
  distribution: z.strictObject({
    feedDistribution: z.enum(["MAIN_FEED", "NONE"]),
    targetEntities: z.array(z.unknown()).optional(),
    thirdPartyDistributionChannels: z.array(z.unknown()).optional(),
  }),
  content: contentSchema.optional(),
  lifecycleState: z.literal("PUBLISHED"),
  isReshareDisabledByAuthor: z.boolean().optional(),
});
type NewPost = z.infer<typeof postSchema>;

export function postRoutes(world: LinkedinWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/rest/posts", async (c) => {
    const member = readRestCaller(world, c);
    const sent = readPost(world, await c.req.json().catch(() => undefined));
    checkAuthor(world, member, sent.author);
    const post = addPost(world, c, member, sent);
    const { postUrnHeader } = world.memory.switches;
    if (postUrnHeader !== "none") c.header(postUrnHeader, post.urn);
    return c.body(null, 201);
  });

  app.get("/rest/posts/:urn", (c) => {
    const { grant } = readRestCaller(world, c);
    const post = world.memory.posts.find(({ urn, deletedAt }) => urn === c.req.param("urn") && !deletedAt);
    const isTold = !post && world.memory.switches.missingPosts === "told";
    if (!isTold && !grant.scopes.includes("r_organization_social")) throw refusal("reading-denied");
    if (!post) throw refusal("not-found");
    return c.json({
      id: post.urn,
      author: post.author,
      commentary: post.commentary,
      lifecycleState: "PUBLISHED",
    });
  });

  app.delete("/rest/posts/:urn", (c) => {
    const member = readRestCaller(world, c);
    const post = world.memory.posts.find(({ urn }) => urn === c.req.param("urn"));
    // A post that never existed counts as deleted; somebody else's does not.
    if (post) checkAuthor(world, member, post.author);
    if (post && post.deletedAt === undefined) {
      post.deletedAt = world.now().toISOString();
      world.changed();
    }
    return c.body(null, 204);
  });

  app.get("/rest/organizationAcls", (c) => {
    const { grant, account, person } = readRestCaller(world, c);
    if (!grant.scopes.some((scope) => /^rw?_organization_admin$/.test(scope)))
      throw refusal("permission-missing");
    if (c.req.query("q") !== "roleAssignee") throw refusal("not-found");
    const { role, start = "0", count = "10" } = c.req.query();
    const all = world.memory.organizations.flatMap(({ id, members }) =>
      members
        .filter((member) => member.accountId === account.id && (role === undefined || member.role === role))
        .map((member) => ({
          organization: `urn:li:organization:${id}`,
          role: member.role,
          state: "APPROVED",
          roleAssignee: person,
        })),
    );
    const elements = all.slice(Number(start), Number(start) + Number(count));
    return c.json({
      elements,
      paging: { start: Number(start), count: Number(count), links: [], total: all.length },
    });
  });

  app.get("/rest/organizations/:id", (c) => {
    const { grant, account } = readRestCaller(world, c);
    const organization = organizationOf(world, `urn:li:organization:${c.req.param("id")}`);
    const isMine = organization?.members.some(({ accountId }) => accountId === account.id);
    if (!grant.scopes.some((scope) => /^rw?_organization_admin$/.test(scope)) || !isMine)
      throw refusal("permission-missing");
    return c.json({
      id: Number(organization?.id),
      localizedName: organization?.name,
      vanityName: organization?.vanityName,
    });
  });

  return app;
}

/** @throws {Refusal} with LinkedIn's code */
function readPost(world: LinkedinWorld, body: unknown): NewPost {
  const parsed = postSchema.safeParse(body);
  if (!parsed.success) throw toRefusal(parsed.error.issues[0]);
  const { commentary, content } = parsed.data;
  const { article, media, multiImage } = content ?? {};
  if (
    [...showCommentary(commentary)].length > longest.commentary ||
    [...commentary].length > 2 * longest.commentary
  )
    throw tooLong("/commentary", [...commentary].length, longest.commentary);
  if ([article, media, multiImage].filter((kind) => kind !== undefined).length > 1)
    throw refuseField("INVALID_VALUE_FOR_FIELD", "/content can't be set to several kinds");
  if (article && [...article.title].length > longest.title)
    throw tooLong("/content/article/title", [...article.title].length, longest.title);
  const images = [...(media ? [media] : []), ...(multiImage?.images ?? [])];
  for (const { altText } of images)
    if ([...(altText ?? "")].length > longest.altText)
      throw tooLong("altText", [...(altText ?? "")].length, longest.altText);
  if (multiImage && (images.length < 2 || images.length > 20))
    throw refuseField(
      "INVALID_VALUE_FOR_FIELD",
      "/content/multiImage/images can't be set to this number of images",
    );
  const blank = [
    ...(world.memory.switches.blankCommentary === "refused" ? [["/commentary", commentary]] : []),
    ["/content/article/title", article?.title],
    ["/content/article/source", article?.source],
    ["/content/article/description", article?.description],
    ...images.map((image) => ["altText", image.altText]),
  ].find(([, value]) => value?.trim() === "");
  if (blank) throw refuseField("INVALID_VALUE_BLANK_FIELD", `${blank[0]} can't be blank`);
  // Only members have connections; what LinkedIn answers to a page is not known.
  if (parsed.data.visibility === "CONNECTIONS" && !parsed.data.author.startsWith("urn:li:person:"))
    throw refuseField("INVALID_VALUE_FOR_FIELD", "/visibility can't be set to CONNECTIONS");
  if (article && !/^https?:\/\//.test(article.source))
    throw refuseField("INVALID_VALUE_FOR_FIELD", `/content/article/source can't be set to ${article.source}`);
  return parsed.data;
}

function toRefusal(issue: z.core.$ZodIssue | undefined) {
  const path = `/${issue?.path.join("/") ?? ""}`;
  if (issue?.code === "unrecognized_keys")
    return unknownField(`${path === "/" ? "" : path}/${issue.keys[0]}`);
  if (issue?.code === "invalid_type" && issue.message.includes("undefined"))
    return refuseField("MISSING_FIELD", `${path} is required but missing`);
  return refuseField("INVALID_VALUE_FOR_FIELD", `${path} can't be set to this value`);
}

function tooLong(field: string, length: number, most: number) {
  return refuseField(
    "FIELD_LENGTH_TOO_LONG",
    `${field} length ${length} can't exceeded maximum ${most} length`,
  );
}

function addPost(
  world: LinkedinWorld,
  c: Context<Env>,
  { grant, account }: Member,
  sent: NewPost,
): LinkedinPost {
  const { author, commentary, visibility, content = {} } = sent;
  const { article, media, multiImage } = content;
  const thumbnail =
    article?.thumbnail === undefined ? undefined : takeImage(world, article.thumbnail, author);
  const pictures = (media ? [media] : (multiImage?.images ?? [])).flatMap(
    ({ id, altText = "" }): PostMedia[] => {
      const { urn, pictureId } = takeImage(world, id, author);
      return pictureId === undefined ? [] : [{ id: urn, pictureId, altText }];
    },
  );
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([author, commentary, content]))
    .digest("hex");
  refuseRepeated(world, fingerprint);
  const number = world.nextId();
  // LinkedIn uses both forms of ids.
  const urn = `urn:li:${BigInt(number) % 2n === 0n ? "share" : "ugcPost"}:${number}`;
  const post: LinkedinPost = {
    ...{ id: urn, urn, author, commentary, visibility, fingerprint, clientId: grant.clientId },
    // The author of a page's post.
    accountId: account.id,
    handle: handleOf(world, author, account),
    text: showCommentary(commentary),
    url: `${originOf(c.req.raw)}/feed/update/${urn}/`,
    createdAt: world.now().toISOString(),
    media: pictures,
    ...(article && { article: { ...article, description: article.description ?? "" } }),
    card: article
      ? {
          kind: thumbnail === undefined ? "summary" : "large",
          url: article.source,
          title: article.title,
          description: article.description ?? "",
          siteName: "",
          ...(thumbnail?.pictureId !== undefined && {
            picture: { id: thumbnail.pictureId, width: 1_200, height: 627, altText: "" },
          }),
        }
      : null,
  };
  world.addPost(post);
  return post;
}

function refuseRepeated(world: LinkedinWorld, fingerprint: string): void {
  const since = world.now().getTime() - world.memory.switches.duplicateWindowSeconds * 1_000;
  const first = world.memory.posts.find(
    ({ fingerprint: own, createdAt, deletedAt }) =>
      own === fingerprint &&
      Date.parse(createdAt) >= since &&
      (deletedAt === undefined || world.memory.switches.deletedStayKnown),
  );
  if (first) throw duplicateOf(first.urn);
}

function handleOf(world: LinkedinWorld, author: string, account: Account): string {
  const organization = organizationOf(world, author);
  return organization ? `/company/${organization.vanityName}` : `/in/${account.username}`;
}

/** The author's name and picture, for the pages that people see. */
export function describeAuthor(
  world: LinkedinWorld,
  { author, accountId }: Pick<LinkedinPost, "author" | "accountId">,
  origin: string,
) {
  const organization = organizationOf(world, author);
  const account = world.memory.accounts.find(({ id }) => id === accountId);
  return {
    displayName: organization?.name ?? account?.displayName ?? author,
    avatarUrl: organization ? `${origin}/logos/${organization.id}.jpg` : avatarUrl(origin, account?.id ?? ""),
  };
}
