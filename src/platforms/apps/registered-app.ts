/** Apps that we register ourselves, at each server of a network that has many. */

/** An app that we registered at a server of a network (Mastodon): credentials in plain text, kept encrypted. */
export interface AppRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** Absent: it never expires. */
  readonly secretExpiresAt?: Date;
  /** It serves only one flow, and the connections made in it. */
  readonly once?: true;
}

/** Where a platform keeps apps it registered, by server origin. What connections were made with is kept for them. */
export interface AppStore {
  /** The app of this client id, or the one for new connections. */
  find(server: string, clientId?: string): Promise<AppRegistration | undefined>;
  /** All apps that are kept for a server, in no order. */
  list(server: string): Promise<readonly AppRegistration[]>;
  /**
   * For new connections from now on; what serves once is kept beside that.
   * @param since when it was looked whether there is one
   * @returns the app to use: that of another process, where one was kept since
   */
  save(server: string, app: AppRegistration, since: Date): Promise<AppRegistration>;
  /** No new connection is made with it. Those that were keep it until they are ended. */
  retire(server: string, clientId: string): Promise<void>;
}
