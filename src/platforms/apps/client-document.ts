/** Documents about our app that a network's servers fetch from us, instead of registering it. */

export interface ClientDocument {
  /** The end of its address: "client.json". */
  readonly document: string;
  /** Where people return from the network. */
  readonly redirectUri: string;
}
