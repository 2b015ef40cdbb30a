/** Looks for a post by its key, or in the account’s list if the key was lost (docs/networks/bluesky.md, section 5). */
import { z } from "zod";
import type { Finding, Post, PostPresence } from "../../platform.ts";
import { type Listed, recognise } from "../../posts/recognise.ts";
import { errorNameOf, toError } from "../errors.ts";
import type { Parts } from "../parts.ts";
import { ask, type Session } from "../xrpc.ts";
import { keyOf, POSTS, toResult } from "./address.ts";
import { readRecordKey } from "./publish.ts";

const PAGE = 100;

type Place = Pick<Session, "server" | "did">;

/** @throws {PlatformError} */
export async function findPostOf(parts: Parts, place: Place, post: Post): Promise<Finding> {
  const key = readRecordKey(post);
  if (key === undefined) return await findInList(parts, place, post);
  const presence = await findRecord(parts, place, key);
  if (presence === "there") return toResult(parts, place.did, key);
  return presence === "gone" ? "absent" : "unknown";
}

/** Reads one record, which everybody may. @throws {PlatformError} */
export async function findRecord(parts: Parts, { server, did }: Place, key: string): Promise<PostPresence> {
  const answer = await ask(parts, server, "com.atproto.repo.getRecord", {
    ...{ repo: did, collection: POSTS, rkey: key },
  });
  if (answer.status === 200 && answer.body !== undefined) return "there";
  if (answer.status === 400 && errorNameOf(answer) === "RecordNotFound") return "gone";
  if (answer.status >= 500 || answer.status === 429 || answer.status === 200)
    throw toError(answer, server, parts.world.now());
  return "unknown";
}

const listShape = z.object({
  records: z.array(
    z.object({
      uri: z.string(),
      value: z.object({
        text: z.string().catch(""),
        createdAt: z.string().catch(""),
        facets: z
          .array(z.object({ features: z.array(z.object({ uri: z.string().optional().catch(undefined) })) }))
          .catch([]),
        embed: z
          .object({ external: z.object({ uri: z.string() }).optional().catch(undefined) })
          .optional()
          .catch(undefined),
      }),
    }),
  ),
});

async function findInList(parts: Parts, { server, did }: Place, post: Post): Promise<Finding> {
  const answer = await ask(parts, server, "com.atproto.repo.listRecords", {
    ...{ repo: did, collection: POSTS, limit: String(PAGE) },
  });
  const list = listShape.safeParse(answer.body).data;
  if (answer.status !== 200 || list === undefined) {
    if (answer.status >= 500 || answer.status === 429 || answer.status === 200)
      throw toError(answer, server, parts.world.now());
    return "unknown";
  }
  const found = recognise(list.records.map(toListed), PAGE, post);
  return typeof found === "object" ? toResult(parts, did, keyOf(found.id)) : found;
}

function toListed({ uri, value }: z.infer<typeof listShape>["records"][number]): Listed {
  const { text, facets, embed, createdAt } = value;
  const links = facets.flatMap(({ features }) => features.flatMap((feature) => feature.uri ?? []));
  return {
    id: uri,
    text,
    links: [...links, ...(embed?.external === undefined ? [] : [embed.external.uri])],
    createdAt: new Date(createdAt),
  };
}
