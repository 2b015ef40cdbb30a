/** Calls that a network makes of its own: somebody removed our app there, or wants to be forgotten. */

/** What a call of the network itself tells about a person of its own. */
export interface OwnerCall {
  /** Whom it is about: "facebook:1022…", as in `Account.grantedBy`. */
  readonly owner: string;
  /** When the network said so, to the second: what the person did here later is not meant. */
  readonly issuedAt: Date;
}
