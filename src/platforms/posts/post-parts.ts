/** The parts of a post, and what we ask about one. */

export interface Picture {
  readonly bytes: Uint8Array;
  /** The media type by content: "image/jpeg". */
  readonly type: string;
  readonly alt: string;
}

/** The length of a text as the network counts it, and its limit. */
export interface TextLength {
  readonly length: number;
  readonly limit: number;
}

/** "unknown" means that the network does not say. */
export type PostPresence = "there" | "gone" | "unknown";

/** A post that certainly exists. A list without it is incomplete. */
interface EarlierPost {
  readonly platformPostId: string;
  readonly postedAt: Date;
}

/** Of some posts, only the id or the link is known. Some servers list a post under another id than they first returned. */
interface OtherPost {
  readonly platformPostId: string | undefined;
  readonly url: string | undefined;
  /** When it was posted, if it has the same text and should still exist. */
  readonly sameWordsAt?: Date;
}

/** The account’s other shares, so that their posts are not mistaken for the one we look for. */
export interface OtherShares {
  /** The latest post from before this share was first sent, if we know of one. */
  readonly earlier?: EarlierPost;
  /** The latest of their posts. */
  readonly posts: readonly OtherPost[];
  /** How many shares with the same text may or may not be posted, first sent before and after this one. */
  readonly inDoubt: { readonly before: number; readonly after: number };
}
