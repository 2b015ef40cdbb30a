/** Creates the container of a post: of one picture, or of a carousel of up to ten (docs/networks/instagram.md, section 4.1). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type Picture, PlatformError, type Post } from "../platform.ts";
import { cutAlt } from "../posts/pictures.ts";
import { type Attempt, fail } from "./attempt.ts";
import { untilSettled } from "./container.ts";
import { judge, judgeFailedContainer, notReady } from "./errors.ts";
import { fitToFormat, measureShape } from "./picture.ts";
import { checkQuota } from "./quota.ts";

const ALT_CHARACTERS = 1_000;
const idShape = z.object({ id: z.string().min(1) });

/** Remembers the container. @returns its id @throws {PlatformError} */
export async function createContainer(attempt: Attempt): Promise<string> {
  const { wire, post } = attempt;
  const [first, ...others] = await findPictures(post);
  // Instagram crops every picture of a carousel to the shape of the first.
  const shape = await measureShape(first);
  const quota = await checkQuota(wire);
  if (quota !== undefined) attempt.budgets.push(quota);
  const caption = { caption: post.text };
  const parameters =
    others.length === 0
      ? { ...(await describe(attempt, first, shape)), ...caption }
      : {
          media_type: "CAROUSEL",
          children: await createItems(attempt, [first, ...others], shape),
          ...caption,
        };
  const container = await ask(attempt, parameters);
  await post.remember({ container });
  return container;
}

/** The pictures that the person chose, else the page's own. */
async function findPictures(post: Post): Promise<[Picture, ...Picture[]]> {
  const [first = await post.loadPicture(), ...others] = post.pictures;
  if (first !== undefined) return [first, ...others];
  throw new PlatformError("rejected", {
    code: "no-picture",
    message: say("Instagram needs a picture, and this page has none that we can use."),
  });
}

type Shape = Awaited<ReturnType<typeof measureShape>>;

/** @returns the ids of the items, once all are ready: Instagram takes no others */
async function createItems(attempt: Attempt, pictures: readonly Picture[], shape: Shape): Promise<string> {
  const ids: string[] = [];
  for (const picture of pictures)
    ids.push(await ask(attempt, { ...(await describe(attempt, picture, shape)), is_carousel_item: "true" }));
  for (const id of ids) {
    const state = await untilSettled(attempt.wire, id, true);
    if (state !== "slow" && state.code === "FINISHED") continue;
    return await fail(
      attempt,
      state !== "slow" && state.code === "ERROR"
        ? judgeFailedContainer(state.status, attempt.wire.world.now())
        : notReady(),
    );
  }
  return ids.join(",");
}

async function describe({ wire }: Attempt, picture: Picture, shape: Shape) {
  const fit = await fitToFormat(picture, shape);
  return {
    image_url: await wire.world.hostPicture(fit),
    ...(fit.alt === "" ? {} : { alt_text: cutAlt(fit.alt, ALT_CHARACTERS) }),
  };
}

async function ask(attempt: Attempt, parameters: object): Promise<string> {
  const { wire } = attempt;
  const answer = await wire.prepare(`/${wire.account.id}/media`, parameters);
  const created = idShape.safeParse(answer.body).data;
  if (answer.status === 200 && created !== undefined) return created.id;
  return await fail(attempt, judge(answer, { step: "prepare", now: wire.world.now() }));
}
