/** What is told of a network whether it is set up or not, and the ways to connect to it. */

import type { Told } from "../words/words.ts";

/** How a share is looked for after a doubtful answer, and whether it may be sent again. */
export interface RepeatRule {
  /**
   * When to look for a post after a doubtful answer, in seconds since it was sent, rising: it counts as not there only
   * when the last look says so too. So the last is later than anything that a request may still bring about.
   */
  readonly lookAfterSeconds: readonly number[];
  /** How long a repeat with the same idempotency key is sure not to post twice, in seconds; 0: there is no such key. */
  readonly resendSafeSeconds: number;
  /** For so many seconds the network refuses the very same request again and names the first post: asking again tells. */
  readonly repeatNamesFirstSeconds?: number;
}

/** What pages, API and docs tell about a network: data, never behaviour. */
export interface PlatformAbout extends RepeatRule {
  /** As people know it: "X". */
  readonly label: string;
  /** One sentence for the accounts page. */
  readonly summary: Told;
  /** What a link to a post looks like there. */
  readonly postLinkExample: string;
  /** Who draws the link card, and from what. */
  readonly linkCard: "crawled-from-page" | "made-by-us" | "none";
  /** What to ask before connecting, for networks of many servers; absent: nothing to ask. */
  readonly server?: { readonly label: Told; readonly placeholder: string; readonly hint: Told };
  /** It takes no post without a picture: the page must have one. */
  readonly needsPicture?: true;
  /** Keys of an account's `extra` on which the count of its texts, or their limit, depends; absent: all count alike. */
  readonly countsBy?: readonly string[];
  /** Its page in src/words/guides, where the steps to set it up stand: "facebook". */
  readonly guide: string;
  /** What people are asked to allow, in the order of the consent page. */
  readonly permissions: readonly Permission[];
  /** It calls us when somebody removes our app there, or wants to be forgotten. */
  readonly callsAboutOwners?: true;
  /** Where people end our access themselves, for servers that do not let us do it: "on …, under …". */
  readonly accessEndsAt?: Told;
  /** This version does not know the network: nothing can be posted there any more. */
  readonly isFormer?: true;
  /** It charges for posts, to the operator. */
  readonly chargesForPosts?: true;
  /** Its tokens end unless they are renewed: this long before their end they are renewed by themselves, in seconds. */
  readonly renewEarlySeconds?: number;
}

interface Permission {
  /** The network's own names for it: any of them allows it. */
  readonly scopes: readonly string[];
  /** What we do with it: "post on your Pages". */
  readonly why: Told;
}

/** One of several ways to connect to a network, where it has more than one. An account's `extra.way` names its own. */
export interface ConnectWay {
  /** In addresses: "pages". */
  readonly name: string;
  /** "Company pages" */
  readonly label: Told;
  /** Who should take it, in one sentence. */
  readonly hint: Told;
}
