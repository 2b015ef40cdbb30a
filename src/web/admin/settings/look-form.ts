/** Saves the service's name and look, from the settings page or the first operator's welcome page. */
import { z } from "zod";
import {
  DEFAULT_ACCENT,
  LOGO_SIDE,
  LogoTooLarge,
  LogoUnreadable,
  LogoWaits,
  prepareLogo,
} from "../../../operation/branding.ts";
import { accentShape, type Logo, serviceNameShape } from "../../../operation/setting-shapes.ts";
import { changeSettings } from "../../../operation/settings.ts";
import { say, type Told } from "../../../words/words.ts";
import { writtenLine } from "../../../words/written.ts";
import { type Problems, readProblems } from "../../frame/field-problem.tsx";
import type { WebContext } from "../../guards/context.ts";
import { readVisitor } from "../../guards/visitor.ts";
import type { LookValues } from "./look-fields.tsx";

const LARGEST_LOGO = 4_000_000;

const lookShape = z.object({
  appName: z.string().overwrite(writtenLine).pipe(serviceNameShape),
  accent: z.string().toLowerCase().pipe(accentShape),
  noAccent: z.literal("yes").optional().catch(undefined),
  noLogo: z.literal("yes").optional().catch(undefined),
});

/** The form as it was filled in, to show it again. */
const typedShape = z.object({
  appName: z.string().catch(""),
  accent: z.string().catch(""),
});

export interface RefusedLook {
  readonly problems: Problems;
  readonly typed: LookValues;
}

/** @returns the problem of each refused field, or undefined once saved */
export async function saveLook(c: WebContext): Promise<RefusedLook | undefined> {
  const body = await c.req.parseBody();
  const problems = await trySaving(c, body);
  if (problems === undefined) return undefined;
  const { appName, accent } = typedShape.parse(body);
  return { problems, typed: { name: appName, accent: accent === DEFAULT_ACCENT ? undefined : accent } };
}

async function trySaving(
  c: WebContext,
  body: Readonly<Record<string, unknown>>,
): Promise<Problems | undefined> {
  const form = lookShape.safeParse(body);
  const { logo, problem } = await readLogo(body);
  const problems = new Map(form.success ? [] : readProblems(form.error));
  if (problem !== undefined) problems.set("logo", problem);
  if (!form.success || problems.size > 0) return problems;
  const { appName, accent, noAccent, noLogo } = form.data;
  const changes = {
    appName,
    accent: noAccent || accent === DEFAULT_ACCENT ? null : accent,
    ...(logo !== undefined ? { logo } : noLogo ? { logo: null } : {}),
  };
  await changeSettings(c.var.runtime, c.var.person, changes, readVisitor(c).ipAddress);
  return undefined;
}

/** The processed logo, if one was chosen, or why it was refused. */
async function readLogo(
  body: Readonly<Record<string, unknown>>,
): Promise<{ readonly logo?: Logo; readonly problem?: Told }> {
  const { logo } = z.object({ logo: z.file().optional().catch(undefined) }).parse(body);
  if (logo === undefined || logo.size === 0) return {};
  if (logo.size > LARGEST_LOGO) return { problem: say("Use a logo of at most 4 MB.") };
  try {
    return { logo: await prepareLogo(await logo.bytes()) };
  } catch (error) {
    if (error instanceof LogoTooLarge)
      return {
        problem: say("The logo has too many pixels. Use one of at most {side} by {side}.", {
          side: LOGO_SIDE,
        }),
      };
    if (error instanceof LogoUnreadable)
      return { problem: say("We cannot read this picture. Use PNG, JPEG, WebP, GIF or AVIF.") };
    if (error instanceof LogoWaits)
      return { problem: say("The logo could not be processed in time. Try again in a minute.") };
    throw error;
  }
}
