/** What goes into a post, and what is asked of one. */

export interface Picture {
  readonly bytes: Uint8Array;
  /** Media type by content: "image/jpeg". */
  readonly type: string;
  readonly alt: string;
}

/** How long a text is by the network's own count, and how long it may be. */
export interface TextLength {
  readonly length: number;
  readonly limit: number;
}

/** "unknown": the network does not tell. */
export type PostPresence = "there" | "gone" | "unknown";

/** A post that is certainly there: a list that lacks it is not whole. */
interface EarlierPost {
  readonly platformPostId: string;
  readonly postedAt: Date;
}

/** Of some only the id or the link is known, and some servers list a post by another id than they answered. */
interface OtherPost {
  readonly platformPostId: string | undefined;
  readonly url: string | undefined;
  /** Of a post that is to be there still, with the same words: when it was posted. */
  readonly sameWordsAt?: Date;
}

/** What is known of the account's other shares, so that no post of theirs is taken for the one that is looked for. */
export interface OtherShares {
  /** The latest post from before this share was first sent; absent where we know of none. */
  readonly earlier?: EarlierPost;
  /** Their posts, the latest of them. */
  readonly posts: readonly OtherPost[];
  /** How many with the same words may be posted or not, first sent before this one, and after it. */
  readonly inDoubt: { readonly before: number; readonly after: number };
}
