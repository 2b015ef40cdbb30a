/** Reads the body of a call that writes, with the reference server's words for what is wrong with it. */
import type { Context } from "hono";
import type { z } from "zod";
import type { Env } from "../../network.ts";
import { invalidRequest, refusal } from "../problems.ts";
import { isRecordKey } from "./lexicon/formats.ts";
import { format, isObject, object, type Shape, show, text } from "./lexicon/shapes.ts";

const mostBytes = 1_000_000;
const nsid =
  /^[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)+\.[a-zA-Z][a-zA-Z0-9]*$/;

/** In the order in which they are checked. */
const fields: Readonly<Record<string, Shape>> = {
  repo: text(),
  collection: format("NSID", (value) => nsid.test(value)),
  rkey: format("record key", isRecordKey),
  record: (value, path) =>
    isObject(value) ? undefined : `Expected object value type (got ${show(value)}) at ${path}`,
};

/** @param required its fields, in the order of the lexicon @throws {Refusal} 400 */
export async function readBody<T>(
  c: Context<Env>,
  schema: z.ZodType<T>,
  required: readonly string[],
): Promise<T> {
  const type = c.req.header("content-type");
  if (!type) throw invalidRequest("Request encoding (Content-Type) required but not provided");
  if (!/^application\/json\b/i.test(type))
    throw invalidRequest(`Wrong request encoding (Content-Type): ${type.split(";")[0]}`);
  const sent = await c.req.text();
  if (Buffer.byteLength(sent) > mostBytes) throw refusal(413, "PayloadTooLarge", "request entity too large");
  const body = readJson(sent);
  const complaint = complainAboutNumbers(body, "$") ?? complainAboutFields(body, required);
  if (complaint !== undefined) throw invalidRequest(complaint);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues[0]?.message ?? "Invalid input");
}

function readJson(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch (error) {
    throw refusal(400, "SyntaxError", error instanceof Error ? error.message : "Unexpected token");
  }
}

function complainAboutFields(body: unknown, required: readonly string[]): string | undefined {
  const split = (isRequired: boolean) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => required.includes(name) === isRequired));
  return object(undefined, split(true), split(false))(body, "$");
}

/** The protocol knows no fractions. */
function complainAboutNumbers(value: unknown, path: string): string | undefined {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    return `Expected one of null, boolean, integer, string, cid, bytes, array or object value type (got ${value}) at ${path}`;
  const parts = Array.isArray(value)
    ? value.map((each, index) => [`[${index}]`, each] as const)
    : isObject(value)
      ? Object.entries(value).map(([key, each]) => [`.${key}`, each] as const)
      : [];
  return parts
    .map(([name, each]) => complainAboutNumbers(each, `${path}${name}`))
    .find((complaint) => complaint !== undefined);
}
