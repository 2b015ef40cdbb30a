/** Who a provider says somebody is. */
import { z } from "zod";
import { tidyName } from "../../words/names.ts";
import { NAME_MAXIMUM } from "../details.ts";

/** Whom the provider says that somebody is. */
export interface Identity {
  /** Unique among all providers: issuer and subject. */
  readonly accountId: string;
  readonly email: string | undefined;
  /** The provider vouches that the address is theirs. */
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  /** When they logged in at the provider; undefined: it does not tell. */
  readonly loggedInAt: Date | undefined;
}

export const claimsShape = z.object({
  iss: z.string(),
  // OpenID Connect Core 1.0, section 2: at most 255.
  sub: z.string().min(1).max(255),
  email: z.string().max(254).trim().toLowerCase().pipe(z.email()).optional().catch(undefined),
  // Some providers write it as text.
  email_verified: z
    .union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")])
    .catch(false),
  name: z
    .string()
    .transform((name) => tidyName(name, NAME_MAXIMUM) || undefined)
    .optional()
    .catch(undefined),
  auth_time: z.number().positive().optional().catch(undefined),
});
