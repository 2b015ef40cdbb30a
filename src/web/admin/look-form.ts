/** Saves the service's name and look, as the settings and the first operator's welcome ask for them. */
import { z } from "zod";
import { LOGO_SIDE, LogoTooLarge, LogoUnreadable, prepareLogo } from "../../operation/look.ts";
import { changeSettings } from "../../operation/settings.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import type { LookValues } from "../parts/look-fields.tsx";
import { readVisitor } from "../visitor.ts";

const LARGEST_LOGO = 4_000_000;

const lookShape = z.object({
  appName: z
    .string()
    .trim()
    .min(1, say("Give the service a name."))
    .max(60, say("Use at most 60 characters for the name.")),
  accent: z
    .string()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, say("Choose a colour.")),
  ownAccent: z.literal("yes").optional().catch(undefined),
  logo: z.file().optional().catch(undefined),
  noLogo: z.literal("yes").optional().catch(undefined),
});

/** As it was filled in, to be shown again. */
const typedShape = z.object({
  appName: z.string().catch(""),
  accent: z.string().catch(""),
  ownAccent: z.unknown().optional(),
});

export interface RefusedLook {
  readonly bad: Told;
  readonly typed: LookValues;
}

/** @returns what is wrong with it, or undefined: it is saved */
export async function saveLook(c: WebContext): Promise<RefusedLook | undefined> {
  const body = await c.req.parseBody();
  const bad = await trySaving(c, body);
  if (bad === undefined) return undefined;
  const { appName, accent, ownAccent } = typedShape.parse(body);
  return { bad, typed: { name: appName, accent: ownAccent === "yes" ? accent : undefined } };
}

async function trySaving(c: WebContext, body: Readonly<Record<string, unknown>>): Promise<Told | undefined> {
  const form = lookShape.safeParse(body);
  if (!form.success) return form.error.issues[0]?.message ?? say("That did not work. Try again.");
  const { appName, accent, ownAccent, logo, noLogo } = form.data;
  const isChosen = logo !== undefined && logo.size > 0;
  if (isChosen && logo.size > LARGEST_LOGO) return say("Use a logo of at most 4 MB.");
  try {
    const changes = {
      appName,
      accent: ownAccent === undefined ? null : accent,
      ...(isChosen ? { logo: await prepareLogo(await logo.bytes()) } : noLogo ? { logo: null } : {}),
    };
    await changeSettings(c.var.runtime, c.var.person, changes, readVisitor(c).ipAddress);
    return undefined;
  } catch (error) {
    if (error instanceof LogoTooLarge)
      return say("The logo has too many pixels: use one of at most {side} by {side}.", { side: LOGO_SIDE });
    if (error instanceof LogoUnreadable)
      return say("The logo is no picture that we can read: use PNG, JPEG, WebP or SVG.");
    throw error;
  }
}
