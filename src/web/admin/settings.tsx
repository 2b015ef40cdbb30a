/** What the operator changes while the service runs: its name and look, who may come, and what is told. */
import { z } from "zod";
import { LOGO_SIDE, LogoTooLarge, LogoUnreadable, prepareLogo } from "../../operation/look.ts";
import { changeSettings, linkParametersShape, type PostPrice } from "../../operation/settings.ts";
import { type PlatformName, platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { Notice } from "../parts/form.tsx";
import { LookFields } from "../parts/look-fields.tsx";
import { Say, T } from "../parts/words.tsx";
import { show } from "../show.tsx";
import { readVisitor } from "../visitor.ts";
import { Admin } from "./frame.tsx";

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
    .regex(/^#[0-9a-f]{6}$/, "Choose a colour."),
  ownAccent: z.literal("yes").optional().catch(undefined),
  logo: z.file().optional().catch(undefined),
  noLogo: z.literal("yes").optional().catch(undefined),
});

const ruleShape = z.object({
  signUp: z.enum(["open", "invitation", "closed"]),
  publicCounts: z.literal("yes").optional().catch(undefined),
  linkParameters: linkParametersShape,
});

export function showSettings(c: WebContext) {
  return renderSettings(c, { good: c.req.query("news") === "saved" ? say("Saved.") : undefined });
}

/** @returns what is wrong with it, or undefined: it is saved */
export async function saveLook(c: WebContext): Promise<Told | undefined> {
  const form = lookShape.safeParse(await c.req.parseBody());
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

export async function submitLook(c: WebContext) {
  const bad = await saveLook(c);
  if (bad === undefined) return c.redirect("/admin/settings/?news=saved", 303);
  c.status(422);
  return renderSettings(c, { bad });
}

export async function submitRules(c: WebContext) {
  const body = await c.req.parseBody();
  const form = ruleShape.safeParse(body);
  const read = readPrices(body);
  if (!form.success || "problem" in read) {
    c.status(422);
    return renderSettings(c, { bad: "problem" in read ? read.problem : form.error?.issues[0]?.message });
  }
  const { signUp, publicCounts, linkParameters } = form.data;
  const changes = {
    signUp,
    publicCounts: publicCounts !== undefined,
    linkParameters,
    postPrices: read.prices,
  };
  await changeSettings(c.var.runtime, c.var.person, changes, readVisitor(c).ipAddress);
  return c.redirect("/admin/settings/?news=saved", 303);
}

const charging = platformNames.filter((name) => aboutPlatform(name).chargesForPosts);
const amountShape = z
  .string()
  .trim()
  .regex(/^\d{1,3}(?:[.,]\d{1,4})?$/);
const currencyShape = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{3}$/);

/** @returns what is wrong, in a sentence, where something is */
function readPrices(
  body: Readonly<Record<string, unknown>>,
): { readonly prices: Partial<Record<PlatformName, PostPrice>> } | { readonly problem: Told } {
  const prices: Partial<Record<PlatformName, PostPrice>> = {};
  for (const name of charging) {
    const written = body[`price-${name}`];
    if (typeof written !== "string" || written.trim() === "") continue;
    const amount = amountShape.safeParse(written);
    const currency = currencyShape.safeParse(body[`currency-${name}`]);
    if (!amount.success || !currency.success)
      return {
        problem: say("Write {network}’s price like 0.20, and the currency like USD.", {
          network: aboutPlatform(name).label,
        }),
      };
    prices[name] = { amount: Number(amount.data.replace(",", ".")), currency: currency.data };
  }
  return { prices };
}

const signUps = [
  ["invitation", say("Whom you invite")],
  ["open", say("Everybody")],
  ["closed", say("Nobody more")],
] as const;

function renderSettings(c: WebContext, notice: { good?: Told | undefined; bad?: Told | undefined }) {
  const { runtime, person } = c.var;
  const { config, settings } = runtime;
  const current = settings.current();
  return show(
    c,
    <Admin title={say("Settings")} person={person} tab="settings">
      <h1>
        <T>Settings</T>
      </h1>
      <Notice {...notice} />
      <p class="quiet">
        <T>They hold at once, and over what the environment says. Secrets stay in the environment.</T>
      </p>
      <div class="settings">
        <section class="card" aria-labelledby="look">
          <h2 id="look">
            <T>Name and look</T>
          </h2>
          <form class="form" method="post" action="/admin/settings/look/" enctype="multipart/form-data">
            <LookFields name={config.appName} accent={current.accent} hasLogo={current.logo !== undefined} />
            <button class="button primary" type="submit">
              <T>Save</T>
            </button>
          </form>
        </section>
        <section class="card" aria-labelledby="rules">
          <h2 id="rules">
            <T>Rules</T>
          </h2>
          <form class="form" method="post" action="/admin/settings/rules/">
            <fieldset class="when">
              <legend>
                <T>Who may sign up</T>
              </legend>
              <div class="when-choice">
                {signUps.map(([value, words]) => (
                  <label>
                    <input type="radio" name="signUp" value={value} checked={config.signUp === value} />
                    <Say told={words} />
                  </label>
                ))}
              </div>
            </fieldset>
            <label class="tick">
              <input type="checkbox" name="publicCounts" value="yes" checked={config.publicCounts} />
              <span>
                <T>Anybody may ask how often a page was shared</T>
                <small>
                  <T>By network; nobody is named. Share buttons can show it.</T>
                </small>
              </span>
            </label>
            <label>
              <T>Added to the links of posts</T>
              <small>
                <T mark="{network}">
                  {"For counting where readers come from. {mark} stands for the network’s name."}
                </T>
              </small>
              <input
                type="text"
                name="linkParameters"
                value={config.linkParameters}
                placeholder="utm_source={network}&utm_medium=social"
                maxlength={300}
              />
            </label>
            {charging.map((name) => {
              const price = current.postPrices?.[name];
              return (
                <fieldset class="price">
                  <legend>
                    {
                      <T network={aboutPlatform(name).label}>
                        {"What {network} charges you for a post with a link"}
                      </T>
                    }
                  </legend>
                  <label>
                    <T>Amount</T>
                    <input
                      type="text"
                      inputmode="decimal"
                      name={`price-${name}`}
                      value={price === undefined ? "" : String(price.amount)}
                      placeholder="0.20"
                      maxlength={9}
                    />
                  </label>
                  <label>
                    <T>Currency</T>
                    <input
                      type="text"
                      name={`currency-${name}`}
                      value={price?.currency ?? "USD"}
                      maxlength={3}
                    />
                  </label>
                  <small>
                    <T>People are told before they share. Leave it empty to tell nothing.</T>
                  </small>
                </fieldset>
              );
            })}
            <button class="button primary" type="submit">
              <T>Save</T>
            </button>
          </form>
        </section>
      </div>
    </Admin>,
  );
}
