/** Facts about a network, which hold whether or not it is set up, and the ways to connect to it. */
import type { Told } from "../words/words.ts";
import type { PostOption } from "./posts/options.ts";

/** When to look for a post after an unclear answer, and whether it may be sent again. */
export interface RepeatRule {
  /**
   * When to look for a post after an unclear answer, in seconds since it was sent, in ascending order. The post counts as
   * absent only if the last look also does not find it, so the last look comes after any late effect of the request.
   */
  readonly lookAfterSeconds: readonly number[];
  /** How long a retry with the same idempotency key cannot post twice, in seconds; 0 if there is no such key. */
  readonly resendSafeSeconds: number;
  /** How many seconds the network refuses an identical request and names the first post, so that a retry finds it. */
  readonly repeatNamesFirstSeconds?: number;
}

/** What pages, API and docs show about a network: data, never behaviour. */
export interface PlatformAbout extends RepeatRule {
  /** The name that people know: "X". */
  readonly label: string;
  /** One sentence for the accounts page. */
  readonly summary: Told;
  /** An example of a permalink. */
  readonly postLinkExample: string;
  /** Who makes the link card, and from what. */
  readonly linkCard: "crawled-from-page" | "made-by-us" | "none";
  /** The question before connecting, for networks with many servers. */
  readonly server?: { readonly label: Told; readonly placeholder: string; readonly hint: Told };
  /**
   * Its servers name themselves in each answer (RFC 9207), and know our redirect address from a document of ours, so that one
   * address serves all of them.
   */
  readonly namesIssuer?: true;
  /** A post needs a picture, so the page must have one. */
  readonly needsPicture?: true;
  /** Keys of an account’s `extra` that the text length or its limit depends on. Absent if it is the same for all accounts. */
  readonly countsBy?: readonly string[];
  /** What people may choose for a post beside its words. An account may have fewer: see `optionsOf`. Absent: nothing. */
  readonly options?: readonly PostOption[];
  /** The name of its set-up guide in src/words/guides: "facebook". */
  readonly guide: string;
  /** The network reviews apps before people without a role on them can connect: it asks for a recording and a login. */
  readonly reviewsApps?: true;
  /** The consent page asks which of the person's accounts we may use, so that all that it grants were chosen there. */
  readonly asksWhichAccounts?: true;
  /** The permissions that people are asked for, in the order of the consent page. */
  readonly permissions: readonly Permission[];
  /** The network calls us when somebody removes our app there, or asks for the deletion of their data. */
  readonly callsAboutOwners?: true;
  /** Where people revoke our access themselves, for servers that do not let us do it: "on …, under …". */
  readonly accessEndsAt?: Told;
  /** The page on which anybody starts a post, as `ShareWay` describes it. Absent if there is none. */
  readonly sharePage?: string;
  /** This version no longer supports the network, so nothing can be posted there. */
  readonly isFormer?: true;
  /** The network charges the operator for posts. */
  readonly chargesForPosts?: true;
  /** How long before their expiry tokens are refreshed in the background, in seconds. Absent if that is not necessary. */
  readonly renewEarlySeconds?: number;
}

interface Permission {
  /** The network’s scopes for it; one of them is enough. */
  readonly scopes: readonly string[];
  /** What we use it for: "post on your Pages". */
  readonly why: Told;
}

/** One of several ways to connect to a network. An account’s `extra.way` names the one that it uses. */
export interface ConnectWay {
  /** Its name in URLs: "pages". */
  readonly name: string;
  /** "Company pages" */
  readonly label: Told;
  /** One sentence on whom it is for. */
  readonly hint: Told;
}
