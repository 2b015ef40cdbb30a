/** Somebody who can be mentioned in a post. */
export interface FoundPerson {
  /** With the "@" and the server, as it is written into the post: "@alice@mastodon.example". */
  readonly handle: string;
  readonly displayName: string;
}
