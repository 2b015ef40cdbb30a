/** What a provider says about a person. */
import { z } from "zod";
import { tidyName } from "../../words/names.ts";
import { NAME_MAXIMUM } from "../details.ts";

/** The person as the provider describes them. */
export interface Identity {
  /** Unique among all providers: issuer and subject. */
  readonly accountId: string;
  readonly email: string | undefined;
  /** Whether the provider has verified the address. */
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  /** When they signed in at the provider; undefined if it does not say. */
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
