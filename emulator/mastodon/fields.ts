/** Reads requests to a simulated Mastodon server: JSON, a form or a multipart form, as Rails does. */
import type { Context } from "hono";
import { z } from "zod";
import type { Env } from "../network.ts";
import { Refusal } from "./oauth/access.ts";

export type Fields = Record<string, unknown>;

const fieldsSchema = z.record(z.string(), z.unknown());

/** The fields of a body; `media_ids[]` of a form becomes `media_ids`. */
export async function readFields(c: Context<Env>): Promise<Fields> {
  const contentType = c.req.header("content-type") ?? "";
  if (/^application\/json\b/i.test(contentType)) {
    const fields = fieldsSchema.safeParse(await c.req.json().catch(() => undefined));
    if (fields.success) return fields.data;
    throw new Refusal(Response.json({ error: "There was a problem parsing the body" }, { status: 400 }));
  }
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType)) return {};
  const form = await c.req.parseBody({ all: true });
  return Object.fromEntries(Object.entries(form).map(([name, value]) => readFormField(name, value)));
}

function readFormField(name: string, value: unknown): [string, unknown] {
  if (!name.endsWith("[]")) return [name, value];
  return [name.slice(0, -2), Array.isArray(value) ? value : [value]];
}

/** Converts to text as Rails does: a number to its digits, a missing value to "". */
export const textSchema = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((text) => text ?? "");

export const flagSchema = z
  .union([z.boolean(), z.string().transform((text) => text === "true" || text === "1")])
  .nullish()
  .transform((flag) => flag ?? false);
