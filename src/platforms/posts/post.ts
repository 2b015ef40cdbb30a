/** A post as delivery hands it to a platform, and what comes back. */
import type { Told } from "../../words/words.ts";
import type { JsonObject } from "../account.ts";
import type { RateBudget } from "../call/rate-budget.ts";
import type { OptionValues } from "./options.ts";
import type { OtherShares, Picture } from "./post-parts.ts";
import type { WebAddress } from "./web-address.ts";

export interface Post {
  /** The whole visible text, including the link if the network wants it there (see `composeText`). */
  readonly text: string;
  /** The shared page's address. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** Pictures to attach instead of a link card. */
  readonly pictures: readonly Picture[];
  /**
   * Loads the page's own picture, for networks whose card or post we make. Undefined if the page has no readable picture.
   * @throws {PlatformError} transient, if the picture may be available later
   */
  loadPicture(): Promise<Picture | undefined>;
  /** What the person chose for it on this network. */
  readonly options: OptionValues;
  /** The same for every attempt at one share, until the person asks to send it again; unique to the share. */
  readonly idempotencyKey: string;
  /** When a request that may have published the post was first sent. Absent if none was sent yet. */
  readonly firstSentAt?: Date;
  /** Other shares whose posts must not be mistaken for this one. Absent unless the post is being looked for. */
  readonly others?: OtherShares;
  /** What earlier attempts passed to `remember` and `beforePublish`. */
  readonly remembered: JsonObject;
  /** Stores what the next attempt needs, such as the id of an upload. Publishes nothing. */
  remember(values: JsonObject): Promise<void>;
  /**
   * The fence: call it right before each request that can make the post visible (see `publishing` in request.ts). It
   * records that the post may be public from now on.
   * @returns a check to call as the request leaves
   * @throws if this attempt has lost its lease; so does the returned check. Let that error through.
   */
  beforePublish(remember?: JsonObject): Promise<() => void>;
}

export interface ShareResult {
  /** Absent if the network confirmed the post without naming it. */
  readonly platformPostId?: string;
  /** The permalink, or the profile that shows the post if the permalink is unknown. */
  readonly url: WebAddress;
  /** What the person should know of a post that is there: something that belongs to it could not be added. */
  readonly remark?: Told;
  /** The rate limits that the network reported. */
  readonly budgets?: readonly RateBudget[];
}

/** "absent" means certainly not there; "unknown" means that the network cannot tell. */
export type Finding = ShareResult | "absent" | "unknown";
