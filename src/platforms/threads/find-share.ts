/** Finds out whether a share was posted (docs/networks/threads.md, section 3). */
import type { ShareResult } from "../platform.ts";
import { type Attempt, keptShape, notReady } from "./attempt.ts";
import { type Container, readState } from "./container.ts";
import { findInList, findPublished } from "./posts.ts";

/** Reads the container first, since its state is certain. @throws {PlatformError} */
export async function findShare(attempt: Attempt): Promise<ShareResult | "absent" | "unknown"> {
  const { wire, account, post } = attempt;
  const { container } = keptShape.parse(post.remembered);
  if (container === undefined) return await findInList(wire, post, account.profileUrl);
  const { status } = await readState(wire, container);
  switch (status) {
    case "PUBLISHED":
      return await findPublished(wire, sent(attempt, container));
    case "FINISHED":
    case "EXPIRED":
    case "ERROR":
      return "absent";
    case "IN_PROGRESS":
      throw notReady();
    case "HIDDEN": {
      const found = await findInList(wire, post, account.profileUrl);
      return found === "absent" ? "unknown" : found;
    }
  }
}

/** What identifies the post of a published container. */
export function sent({ account, post }: Attempt, { madeAt }: Container) {
  return { post, madeAt: new Date(madeAt), profileUrl: account.profileUrl };
}
