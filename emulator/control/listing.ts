/** What a list of an account's posts may leave out, or show in another order, though all of them are there. */
import { z } from "zod";
import type { Post } from "../network.ts";

/** Switches that every network with such a list has. */
export const listingSwitches = {
  /** For so long a new post cannot be read, though it is there. */
  readableAfterSeconds: z.number().min(0),
  /** "pinned-first": the three oldest stand before all others. */
  listOrder: z.enum(["newest-first", "pinned-first", "oldest-first"]),
  /** A page has at most so many, however many were asked for; 0: no less than that. */
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

/** Whether people's calls see it. */
export function isReadable(
  world: { readonly memory: { readonly switches: Listing }; now(): Date },
  { createdAt, deletedAt }: Pick<Post, "createdAt" | "deletedAt">,
): boolean {
  const waitMs = world.memory.switches.readableAfterSeconds * 1_000;
  return deletedAt === undefined && Date.parse(createdAt) + waitMs <= world.now().getTime();
}

/** @param posts oldest first, as they were made */
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

/** How many a page has. */
export function pageOf({ listPageMost }: Listing, asked: number): number {
  return listPageMost === 0 ? asked : Math.min(asked, listPageMost);
}
