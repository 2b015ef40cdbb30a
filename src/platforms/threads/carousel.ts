/** Several pictures in one post: a container for each, and one that holds them all (docs/networks/threads.md, section 3.1). */
import { z } from "zod";
import type { Picture } from "../platform.ts";
import { cutAlt } from "../posts/pictures.ts";
import { type Attempt, explainFailed, fail, notReady } from "./attempt.ts";
import { ALT_LIMIT, type Container, describeWords, hostFitting, untilReady } from "./container.ts";
import { toError } from "./errors.ts";

const idShape = z.object({ id: z.string().min(1) });

/** The form that creates the container of the post, once those of its pictures are ready. @throws {PlatformError} */
export async function describeCarousel(attempt: Attempt): Promise<Record<string, string>> {
  const { post } = attempt;
  const items: Container[] = [];
  for (const picture of post.pictures) items.push(await createItem(attempt, picture));
  for (const item of items) await untilUsable(attempt, item);
  return {
    media_type: "CAROUSEL",
    children: items.map(({ id }) => id).join(","),
    ...describeWords(post),
  };
}

async function createItem({ wire, account, post }: Attempt, picture: Picture): Promise<Container> {
  const { imageUrl, alt } = await hostFitting(wire.world, picture);
  const answer = await wire.prepare(`/${account.id}/threads`, {
    ...{ media_type: "IMAGE", image_url: imageUrl, is_carousel_item: "true" },
    ...(alt === "" ? {} : { alt_text: cutAlt(alt, ALT_LIMIT) }),
  });
  const made = answer.status === 200 ? idShape.safeParse(answer.body).data : undefined;
  if (made === undefined) return await fail({ wire, post, answer }, toError(answer, wire.world.now()));
  return { id: made.id, madeAt: wire.world.now().getTime() };
}

/** A new attempt makes new items: nobody sees those of an earlier one. */
async function untilUsable({ wire, post }: Attempt, item: Container): Promise<void> {
  const state = await untilReady(wire, item);
  if (state.status === "FINISHED") return;
  throw state.status === "ERROR" ? await explainFailed(post, state.error_message) : notReady();
}
