/** A post as delivery hands it to a platform, and what comes back. */
import type { JsonObject } from "../account.ts";
import type { RateBudget } from "../call/rate-budget.ts";
import type { OtherShares, Picture } from "./post-parts.ts";
import type { WebAddress } from "./web-address.ts";

export interface Post {
  /** The whole visible text, link included where the network wants it there (see `composeText`). */
  readonly text: string;
  /** The shared page's address. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** Attached to the post itself, in place of a link card. */
  readonly pictures: readonly Picture[];
  /**
   * The page's own picture, for networks whose card or post we make; undefined where the page has none that can be read.
   * @throws {PlatformError} transient, where it may come later
   */
  loadPicture(): Promise<Picture | undefined>;
  /** ISO 639-1. */
  readonly language?: string;
  /** The same for every try of one share until its person says that it is to be sent anew; different for every share. */
  readonly idempotencyKey: string;
  /** When a request that may have published was first sent; absent while none was. */
  readonly firstSentAt?: Date;
  /** Absent where nothing is looked for. */
  readonly others?: OtherShares;
  /** What earlier tries handed to `remember` and `beforePublish`. */
  readonly remembered: JsonObject;
  /** Durably keeps what the next try must know, such as an upload that need not be repeated. Publishes nothing. */
  remember(values: JsonObject): Promise<void>;
  /**
   * The fence. It is passed right before each request that can make the post visible (see `publishing` in request.ts);
   * it durably records that the post may be out from now on. Throws when this try has lost its right to publish, and so
   * does what it returns, which is asked as the request leaves: let that error through.
   */
  beforePublish(remember?: JsonObject): Promise<() => void>;
}

export interface ShareResult {
  /** Absent where the network confirmed the post without naming it. */
  readonly platformPostId?: string;
  /** The post, or where it is unknown the profile that shows it. */
  readonly url: WebAddress;
  /** What the network said that it still takes. */
  readonly budgets?: readonly RateBudget[];
}

/** "absent": certainly not there. */
export type Finding = ShareResult | "absent" | "unknown";
