/** What we send a network when a person goes there to authorize us. */

/** One authorization request. */
export interface AuthorizeRequest {
  /** Our callback URL, exactly as registered; each issuer has its own. */
  readonly redirectUri: string;
  readonly state: string;
  /** The PKCE challenge (S256) of the verifier that `exchangeCode` gets. */
  readonly codeChallenge: string;
  /** What the person typed as the server, for networks that ask. */
  readonly typed?: string;
  /** The result of `findIssuer`. */
  readonly issuer?: string;
  /** The name of one of `ways()`, if there are several. */
  readonly way?: string;
  /** Asks again for permissions that the person declined. */
  readonly again?: boolean;
}
