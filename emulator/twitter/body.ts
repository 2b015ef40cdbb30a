/** Validates requests to the simulated X, with the messages of X's schema check. */
import type { HonoRequest } from "hono";
import { z } from "zod";
import type { TwitterWorld } from "./memory.ts";
import { type InvalidParameter, invalidRequest, Refusal } from "./problems.ts";

export function invalid(world: TwitterWorld, ...errors: readonly InvalidParameter[]): Refusal {
  return new Refusal(invalidRequest(world.memory.switches.problemOrigin, ...errors));
}

/** @throws {Refusal} with the 400 of X */
export async function readJson<T>(
  world: TwitterWorld,
  request: HonoRequest,
  schema: z.ZodType<T>,
): Promise<T> {
  if (!/^application\/json\b/i.test(request.header("content-type") ?? "")) {
    throw invalid(world, { message: "Requests with bodies must have content-type of application/json." });
  }
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw invalid(world, { message: "Request body is not valid JSON." });
  }
  return checkBody(world, body, schema);
}

export function checkBody<T>(world: TwitterWorld, body: unknown, schema: z.ZodType<T>): T {
  if (!z.record(z.string(), z.unknown()).safeParse(body).success) {
    throw invalid(world, { message: "Request body must be a JSON object." });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.filter(isFirstOfItsPath);
  throw invalid(world, ...issues.flatMap((issue) => schemaErrors(issue, body)));
}

/** A value of the wrong type is not checked further. */
function isFirstOfItsPath(issue: z.core.$ZodIssue, index: number, all: readonly z.core.$ZodIssue[]): boolean {
  return all.findIndex(({ path }) => path.join(".") === issue.path.join(".")) === index;
}

function schemaErrors(issue: z.core.$ZodIssue, body: unknown): InvalidParameter[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      schemaError(
        [...issue.path, key],
        body,
        "is not defined in the schema and the schema does not allow additional properties",
      ),
    );
  }
  return [schemaError(issue.path, body, complaint(issue, valueAt(body, issue.path)))];
}

function schemaError(path: readonly PropertyKey[], body: unknown, says: string): InvalidParameter {
  const where = path.reduce<string>(
    (so, key) => (typeof key === "number" ? `${so}[${key}]` : `${so}.${String(key)}`),
    "$",
  );
  const value = valueAt(body, path);
  return {
    ...(value !== undefined && { parameters: { [where]: [JSON.stringify(value)] } }),
    message: `${where}: ${says}`,
  };
}

function complaint(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is missing but it is required";
  switch (issue.code) {
    case "invalid_type":
      return `${typeName(value)} found, ${issue.expected === "int" ? "integer" : issue.expected} expected`;
    case "invalid_format":
      return `does not match the regex pattern ${issue.pattern?.replace(/^\/|\/$/g, "") ?? issue.format}`;
    case "invalid_value":
      return `does not have a value in the enumeration [${issue.values.map(String).join(", ")}]`;
    case "too_small":
      return `must have a minimum of ${issue.minimum} (${issue.origin})`;
    case "too_big":
      return issue.origin === "array"
        ? `there must be a maximum of ${issue.maximum} items in the array`
        : `must have a maximum of ${issue.maximum} (${issue.origin})`;
    default:
      return "is not valid";
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
}

/** Validates a query: only these parameters and, if listed, only these values. */
export function checkQuery(
  world: TwitterWorld,
  query: Readonly<Record<string, string>>,
  allowed: Readonly<Record<string, readonly string[] | RegExp>>,
): void {
  const errors = Object.entries(query).flatMap(([name, value]): InvalidParameter[] => {
    if (!Object.hasOwn(allowed, name)) {
      const names = Object.keys(allowed).toSorted().join(",");
      return [
        {
          parameters: { [name]: [value] },
          message: `The query parameter [${name}] is not one of [${names}]`,
        },
      ];
    }
    const known = allowed[name];
    const says = (wrong: string, why: string) => ({
      parameters: { [name]: [wrong] },
      message: `The \`${name}\` query parameter value [${wrong}] ${why}`,
    });
    if (known instanceof RegExp)
      return known.test(value) ? [] : [says(value, `does not match ${known.source}`)];
    const wrong = value.split(",").find((word) => !known?.includes(word));
    return wrong === undefined ? [] : [says(wrong, `is not one of [${known?.join(",") ?? ""}]`)];
  });
  if (errors.length > 0) throw invalid(world, ...errors);
}
