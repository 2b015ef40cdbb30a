/** The container that holds a post until it is published: its contents and its state (docs/networks/threads.md, section 3). */
import { z } from "zod";
import { type Picture, PlatformError, type PlatformWorld, type Post } from "../platform.ts";
import { parseOptions } from "../posts/options.ts";
import { cutAlt, fitPicture } from "../posts/pictures.ts";
import { isHidden, mayBeDeadToken, toError } from "./errors.ts";
import { optionsShape } from "./options.ts";
import { readMe } from "./profile.ts";
import { visibleText } from "./text.ts";
import type { Wire } from "./wire.ts";

const PICTURE_RULE = { types: ["image/jpeg", "image/png"], maxBytes: 8_000_000 } as const;
export const ALT_LIMIT = 1_000;

/** The form that creates the container of a post with at most one picture. @throws {PlatformError} if that cannot be used */
export async function describePost(world: PlatformWorld, post: Post): Promise<Record<string, string>> {
  const words = describeWords(post);
  const [picture] = post.pictures;
  if (picture === undefined) return { media_type: "TEXT", ...words, link_attachment: post.url };
  const { imageUrl, alt } = await hostFitting(world, picture);
  return {
    media_type: "IMAGE",
    image_url: imageUrl,
    ...words,
    ...(alt === "" ? {} : { alt_text: cutAlt(alt, ALT_LIMIT) }),
  };
}

/** The text of a post, and who may reply to it. @throws {PlatformError} if another version stored its options */
export function describeWords(post: Post): Record<string, string> {
  const text = visibleText(post);
  const { replies } = parseOptions(optionsShape, post.options);
  return {
    ...(text === "" ? {} : { text }),
    ...(replies === undefined ? {} : { reply_control: replies }),
  };
}

/** Puts a picture where Threads fetches it. @throws {PlatformError} if it cannot be used */
export async function hostFitting(world: PlatformWorld, picture: Picture) {
  const fit = await fitPicture(picture, PICTURE_RULE);
  return { imageUrl: await world.hostPicture(fit), alt: fit.alt };
}

export const containerShape = z.object({
  id: z.string().min(1),
  /** Milliseconds since 1970. */
  madeAt: z.number(),
});
export type Container = z.infer<typeof containerShape>;

const stateShape = z.object({
  status: z.enum(["IN_PROGRESS", "FINISHED", "PUBLISHED", "ERROR", "EXPIRED"]),
  error_message: z.string().optional().catch(undefined),
});
export type ContainerState = z.infer<typeof stateShape> | { readonly status: "HIDDEN" };

/** @returns status HIDDEN if Threads does not know the container, or not yet @throws {PlatformError} */
export async function readState(wire: Wire, { id }: Container): Promise<ContainerState> {
  const answer = await wire.read(`/${encodeURIComponent(id)}?fields=id,status,error_message`);
  const state = answer.status === 200 ? stateShape.safeParse(answer.body).data : undefined;
  if (state !== undefined) return state;
  if (!isHidden(answer)) throw toError(answer, wire.world.now());
  if (mayBeDeadToken(answer)) await readMe(wire);
  return { status: "HIDDEN" };
}

/** In seconds since the container's creation. */
const LOOKS_AT = [3, 6, 12, 30];

/** Polls for up to 30 seconds until the state is final. @returns the last state @throws {PlatformError} */
export async function untilReady(wire: Wire, container: Container): Promise<ContainerState> {
  const now = wire.world.now().getTime();
  const ahead = LOOKS_AT.map((seconds) => container.madeAt + seconds * 1_000).filter((at) => at > now);
  const last = ahead.pop() ?? now;
  for (const at of ahead) {
    await waitUntil(wire, at);
    const state = await readState(wire, container).catch(hideTrouble);
    if (state.status !== "IN_PROGRESS" && state.status !== "HIDDEN") return state;
  }
  await waitUntil(wire, last);
  return await readState(wire, container);
}

/** Before the last poll, a transient failure counts as no answer. */
function hideTrouble(error: unknown): ContainerState {
  if (error instanceof PlatformError && error.kind === "transient") return { status: "HIDDEN" };
  throw error;
}

/** @param at milliseconds since 1970 */
export async function waitUntil({ world }: Wire, at: number): Promise<void> {
  const left = at - world.now().getTime();
  if (left > 0) await world.wait(left);
}
