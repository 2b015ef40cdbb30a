/** Stores an error message: in English for programs, and as a template with values to translate for the reader. */
import { z } from "zod";
import { inEnglish, type Saying, saidBefore, say, type Told, type Values } from "../words/words.ts";

/** A value in a message, which may be a message itself. */
const valueShape: z.ZodType<Values[string], unknown> = z.lazy(() =>
  z.union([z.string(), z.number(), sayingShape, z.array(toldShape)]),
);
const sayingShape = z
  .object({ text: z.string(), values: z.record(z.string(), valueShape) })
  .transform(({ text, values }) => say(text, values));

type Json = string | number | Json[] | { [name: string]: Json };

/** A message as JSON holds it. */
export const toldShape: z.ZodType<Told, unknown> = z.union([z.string().transform(saidBefore), sayingShape]);

/** The columns for an error message. */
export function keepTold(told: Told): { errorMessage: string; errorTold: { [name: string]: Json } | null } {
  return { errorMessage: inEnglish(told), errorTold: typeof told === "string" ? null : toJson(told) };
}

function toJson({ text, values }: Saying): { [name: string]: Json } {
  const entries = Object.entries(values).map(([name, value]) => [name, valueToJson(value)] as const);
  return { text, values: Object.fromEntries(entries) };
}

function valueToJson(value: Values[string]): Json {
  if (typeof value !== "object") return value;
  return "text" in value ? toJson(value) : value.map(valueToJson);
}

/** The message that the columns hold; undefined if there is no error. */
export function readTold({
  errorMessage,
  errorTold,
}: {
  readonly errorMessage: string | null;
  readonly errorTold: unknown;
}): Told | undefined {
  if (errorMessage === null) return undefined;
  return sayingShape.safeParse(errorTold).data ?? saidBefore(errorMessage);
}
