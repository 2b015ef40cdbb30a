/** The variables of the OpenID Connect provider: either all are set or none. */
import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { optional, type SignUp, signUpShape, trimmed } from "./values.ts";

export const openidShape = z.object({
  OIDC_ISSUER: trimmed
    .pipe(
      z.url({ protocol: /^https?$/, error: "must be the provider's issuer, like https://login.example.com" }),
    )
    .refine((address) => {
      const url = URL.parse(address);
      return (
        url?.protocol === "https:" ||
        /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(url?.hostname ?? "")
      );
    }, "must begin with https://, unless it is on this machine")
    .optional(),
  OIDC_CLIENT_ID: optional,
  OIDC_CLIENT_SECRET: optional,
  OIDC_NAME: trimmed.min(1).max(60, "must have at most 60 characters").optional(),
  OIDC_SIGN_UP: signUpShape.optional(),
});

export interface OpenIdSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  readonly signUp: SignUp | undefined;
}

/** @returns undefined if no provider is configured @throws {ConfigError} if only some of its variables are set */
export function readOpenId(variables: z.infer<typeof openidShape>): OpenIdSettings | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = variables;
  if (OIDC_ISSUER === undefined) {
    if (clientId !== undefined || clientSecret !== undefined)
      throw new ConfigError(["OIDC_ISSUER is missing beside OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"]);
    return undefined;
  }
  if (clientId === undefined || clientSecret === undefined)
    throw new ConfigError(["OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it"]);
  const issuer = new URL(OIDC_ISSUER);
  const name = variables.OIDC_NAME ?? issuer.host;
  return { issuer, clientId, clientSecret, name, signUp: variables.OIDC_SIGN_UP };
}
