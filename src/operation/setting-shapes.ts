/** The settings that the operator may change at run time, and the values that each accepts. */
import { z } from "zod";
import { type PlatformName, platformNames } from "../platforms/platform.ts";
import { say } from "../words/words.ts";

const logoShape = z.object({
  type: z.literal("image/png"),
  base64: z.string(),
  hash: z.string(),
  /** Large, for the icon of the installed app; absent where the logo is too long for one. */
  squareBase64: z.string().optional(),
});

/** "utm_source={network}&utm_medium=social" */
export const linkParametersShape = z
  .string()
  .trim()
  .max(300)
  .regex(
    /^(?:[\w.~-]+=(?:[\w.~%+-]|\{network\})*(?:&[\w.~-]+=(?:[\w.~%+-]|\{network\})*)*)?$/,
    say(
      "Write the parameters like utm_source=blog&utm_medium=social. The only word allowed in braces is network.",
    ),
  );

/** The service's name. */
export const serviceNameShape = z
  .string()
  .trim()
  .min(1, say("Enter a name for the service."))
  .max(60, say("Use at most 60 characters for the name."));

/** "#0b6b5f" */
export const accentShape = z.string().regex(/^#[0-9a-f]{6}$/, say("Choose a colour."));

/** Who may sign up. */
export const signUpShape = z.enum(["open", "invitation", "closed"], say("Choose who may sign up."));

/** What the operator adds to the privacy page, or puts in its place. */
export const privacyShape = z.object({
  /** Name and postal address of whoever runs the service; may be several lines. */
  operator: z.string().trim().max(500, say("Use at most 500 characters for name and address.")),
  /** Where people write about their data. */
  email: z.union([z.literal(""), z.email(say("Enter an email address like ana@example.com."))]),
  /** The operator's own text: paragraphs with empty lines between them. */
  text: z.string().trim().max(20_000, say("Use at most 20,000 characters for the text.")),
  /** Whether the text stands in place of ours, or below it. */
  replaces: z.boolean(),
});
/** Where people ask for an invitation: an email address or a page; empty where the operator names none. */
export const invitationContactShape = z
  .string()
  .trim()
  .max(300)
  .refine(
    (text) =>
      text === "" ||
      z
        .email()
        .or(z.url({ protocol: /^https?$/ }))
        .safeParse(text).success,
    say("Enter an email address, or a web address that starts with https://."),
  );

/** The shape of each setting, by the name of its row. An absent setting uses the environment. */
export const shapes = {
  appName: serviceNameShape,
  accent: accentShape,
  logo: logoShape,
  signUp: signUpShape,
  publicCounts: z.boolean(),
  linkParameters: linkParametersShape,
  privacy: privacyShape,
  invitationContact: invitationContactShape,
  /** What people without an account are offered. Kept as what is left out, so that new ways are offered at once. */
  visitorWays: z.object({
    isOffered: z.boolean(),
    without: z.array(z.string().max(40)).max(100).readonly(),
  }),
  /** What a network charges for a post with a link, shown before people share. */
  postPrices: z.partialRecord(
    z.enum(platformNames),
    z.object({ amount: z.number().min(0).max(1_000), currency: z.string().regex(/^[A-Z]{3}$/) }),
  ),
} as const;

export type Name = keyof typeof shapes;
export type Settings = { readonly [N in Name]?: z.infer<(typeof shapes)[N]> };
export type Logo = z.infer<typeof logoShape>;
export type PrivacyDetails = z.infer<typeof privacyShape>;
export type PostPrice = NonNullable<NonNullable<Settings["postPrices"]>[PlatformName]>;

export function isName(name: string): name is Name {
  return Object.hasOwn(shapes, name);
}
