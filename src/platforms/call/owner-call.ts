/** Callbacks from a network: a person removed our app there or asks us to delete their data. */

/** A callback about a person, after verification. */
export interface OwnerCall {
  /** The person: "facebook:1022…", as in `Account.grantedBy`. */
  readonly owner: string;
  /** When the network issued the call, to the second. It does not concern later connections. */
  readonly issuedAt: Date;
}
