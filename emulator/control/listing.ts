/** Ways in which a list of an account's posts may be incomplete or reordered. */
import { z } from "zod";
import type { Post } from "../network.ts";

/** Switches of every network with such a list. */
export const listingSwitches = {
  /** For how long a new post cannot be read, although it exists. */
  readableAfterSeconds: z.number().min(0),
  /** "pinned-first": the three oldest come first. */
  listOrder: z.enum(["newest-first", "pinned-first", "oldest-first"]),
  /** The maximum length of a page, whatever was requested; 0 for no limit. */
  listPageMost: z.int().min(0),
} as const;

interface Listing {
  readonly readableAfterSeconds: number;
  readonly listOrder: z.infer<(typeof listingSwitches)["listOrder"]>;
  readonly listPageMost: number;
}

export const plainListing: Listing = {
  readableAfterSeconds: 0,
  listOrder: "newest-first",
  listPageMost: 0,
};

/** Whether calls can read it yet. */
export function isReadable(
  world: { readonly memory: { readonly switches: Listing }; now(): Date },
  { createdAt, deletedAt }: Pick<Post, "createdAt" | "deletedAt">,
): boolean {
  const waitMs = world.memory.switches.readableAfterSeconds * 1_000;
  return deletedAt === undefined && Date.parse(createdAt) + waitMs <= world.now().getTime();
}

/** @param posts oldest first */
export function inListOrder<P extends Post>({ listOrder }: Listing, posts: readonly P[]): P[] {
  switch (listOrder) {
    case "newest-first":
      return posts.toReversed();
    case "oldest-first":
      return [...posts];
    case "pinned-first":
      return [...posts.slice(0, 3), ...posts.slice(3).toReversed()];
  }
}

/** The length of a page. */
export function pageOf({ listPageMost }: Listing, asked: number): number {
  return listPageMost === 0 ? asked : Math.min(asked, listPageMost);
}
