/** Saves the settings for sign-up, public counts, link parameters and prices. */
import { z } from "zod";
import type { PostPrice } from "../../../operation/setting-shapes.ts";
import {
  invitationContactShape,
  linkParametersShape,
  signUpShape,
} from "../../../operation/setting-shapes.ts";
import { changeSettings } from "../../../operation/settings.ts";
import type { PlatformName } from "../../../platforms/platform.ts";
import { say, type Told } from "../../../words/words.ts";
import { type Problems, readProblems } from "../../frame/field-problem.tsx";
import type { WebContext } from "../../guards/context.ts";
import { readVisitor } from "../../guards/visitor.ts";
import { chargingPlatforms, type RuleValues, type TypedPrice } from "./rule-fields.tsx";
import { readVisitorRules } from "./visitor-fields.tsx";

const ruleShape = z.object({
  signUp: signUpShape,
  publicCounts: z.literal("yes").optional().catch(undefined),
  linkParameters: linkParametersShape,
  invitationContact: invitationContactShape.default(""),
});

const priceShape = z.object({
  price: z
    .string()
    .trim()
    .regex(/^\d{1,3}(?:[.,]\d{1,4})?$/, say("Enter the price like this: 0.20.")),
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, say("Enter the currency as a code, such as USD.")),
});

/** The form as it was filled in, to show it again. */
const typedShape = z.object({
  signUp: z.string().catch(""),
  publicCounts: z.unknown().optional(),
  linkParameters: z.string().catch(""),
  invitationContact: z.string().catch(""),
});

export interface RefusedRules {
  readonly problems: Problems;
  readonly typed: RuleValues;
}

/** @returns the problem of each refused field, or undefined once saved */
export async function saveRules(c: WebContext): Promise<RefusedRules | undefined> {
  const body = await c.req.parseBody({ all: true });
  const typed = readTyped(body);
  const form = ruleShape.safeParse(body);
  const { prices, problems } = readPrices(typed.prices);
  if (!form.success) return { problems: new Map([...readProblems(form.error), ...problems]), typed };
  if (problems.size > 0) return { problems, typed };
  const { signUp, publicCounts, linkParameters, invitationContact } = form.data;
  const changes = {
    signUp,
    publicCounts: publicCounts !== undefined,
    linkParameters,
    invitationContact: invitationContact === "" ? null : invitationContact,
    visitorWays: typed.visitors,
    postPrices: prices,
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
  return {
    ...typed,
    publicCounts: publicCounts === "yes",
    visitors: readVisitorRules(body),
    prices: new Map(prices),
  };
}

interface ReadPrices {
  /** Null if no network charges anything. */
  readonly prices: Partial<Record<PlatformName, PostPrice>> | null;
  readonly problems: Problems;
}

function readPrices(typed: RuleValues["prices"]): ReadPrices {
  const prices: Partial<Record<PlatformName, PostPrice>> = {};
  const problems = new Map<string, Told>();
  for (const [name, { amount, currency }] of typed) {
    if (amount.trim() === "") continue;
    const read = priceShape.safeParse({ price: amount, currency });
    if (read.success)
      prices[name] = { amount: Number(read.data.price.replace(",", ".")), currency: read.data.currency };
    else for (const [field, problem] of readProblems(read.error)) problems.set(`${field}-${name}`, problem);
  }
  return { prices: Object.keys(prices).length === 0 ? null : prices, problems };
}
