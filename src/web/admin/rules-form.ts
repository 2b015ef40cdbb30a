/** Saves who may sign up, what is counted and told, and what the networks charge, as the settings ask for it. */
import { z } from "zod";
import { changeSettings, linkParametersShape, type PostPrice } from "../../operation/settings.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { chargingPlatforms, type RuleValues, type TypedPrice } from "../parts/rule-fields.tsx";
import { readVisitor } from "../visitor.ts";

const ruleShape = z.object({
  signUp: z.enum(["open", "invitation", "closed"]),
  publicCounts: z.literal("yes").optional().catch(undefined),
  linkParameters: linkParametersShape,
});

const amountShape = z
  .string()
  .trim()
  .regex(/^\d{1,3}(?:[.,]\d{1,4})?$/);
const currencyShape = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{3}$/);

/** As it was filled in, to be shown again. */
const typedShape = z.object({
  signUp: z.string().catch(""),
  publicCounts: z.unknown().optional(),
  linkParameters: z.string().catch(""),
});

export interface RefusedRules {
  readonly bad: Told | undefined;
  readonly typed: RuleValues;
}

/** @returns what is wrong with them, or undefined: they are saved */
export async function saveRules(c: WebContext): Promise<RefusedRules | undefined> {
  const body = await c.req.parseBody();
  const typed = readTyped(body);
  const form = ruleShape.safeParse(body);
  const read = readPrices(typed.prices);
  if ("problem" in read) return { bad: read.problem, typed };
  if (!form.success) return { bad: form.error.issues[0]?.message, typed };
  const { signUp, publicCounts, linkParameters } = form.data;
  const changes = {
    signUp,
    publicCounts: publicCounts !== undefined,
    linkParameters,
    postPrices: read.prices,
  };
  await changeSettings(c.var.runtime, c.var.person, changes, readVisitor(c).ipAddress);
  return undefined;
}

function readTyped(body: Readonly<Record<string, unknown>>): RuleValues {
  const { publicCounts, ...typed } = typedShape.parse(body);
  const text = z.string().catch("");
  const prices = chargingPlatforms.map((name): [PlatformName, TypedPrice] => [
    name,
    { amount: text.parse(body[`price-${name}`]), currency: text.parse(body[`currency-${name}`]) },
  ]);
  return { ...typed, publicCounts: publicCounts === "yes", prices: new Map(prices) };
}

/** @returns null where nothing is charged; what is wrong, in a sentence, where something is */
function readPrices(
  typed: RuleValues["prices"],
): { readonly prices: Partial<Record<PlatformName, PostPrice>> | null } | { readonly problem: Told } {
  const prices: Partial<Record<PlatformName, PostPrice>> = {};
  for (const [name, written] of typed) {
    if (written.amount.trim() === "") continue;
    const amount = amountShape.safeParse(written.amount);
    const currency = currencyShape.safeParse(written.currency);
    if (!amount.success || !currency.success)
      return {
        problem: say("Write {network}’s price like 0.20, and the currency like USD.", {
          network: aboutPlatform(name).label,
        }),
      };
    prices[name] = { amount: Number(amount.data.replace(",", ".")), currency: currency.data };
  }
  return { prices: Object.keys(prices).length === 0 ? null : prices };
}
