/** What a network is asked with when a person goes there to consent. */

export interface AuthorizeRequest {
  /** Where the network sends the person back to: our callback, exactly as registered; one for each issuer. */
  readonly redirectUri: string;
  readonly state: string;
  /** PKCE S256 of the verifier that `exchangeCode` will be given. */
  readonly codeChallenge: string;
  /** What `findIssuer` told. */
  readonly issuer?: string;
  /** The name of one of `ways()`, where there are several. */
  readonly way?: string;
  /** Asks again for what the person left out before. */
  readonly again?: boolean;
}
