/** Checks requests and answers against an OpenAPI description. */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { z } from "zod";

const content = z.record(z.string(), z.object({ schema: z.unknown() }));
const parameterShape = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  schema: z.looseObject({ type: z.string().optional() }),
});
const operationShape = z.object({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const descriptionShape = z.looseObject({
  info: z.object({ version: z.string() }),
  paths: z.record(z.string(), z.looseObject({})),
  components: z.looseObject({ parameters: z.record(z.string(), z.unknown()).default({}) }),
});
type Operation = z.infer<typeof operationShape>;

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** JSON, or the fields of a form. Undefined: there is no body. */
  readonly sent: unknown;
  readonly status: number;
  readonly answered: unknown;
}

export interface Description {
  readonly version: string;
  /** One line per deviation, without what differs from call to call. "not described" if the path is missing. */
  judge(exchange: Exchange): string[];
}

/** @throws if the description is not OpenAPI 3.0 */
export function openDescription(json: unknown): Description {
  const { info, paths, components } = descriptionShape.parse(close(json));
  // Formats and keywords of OpenAPI that JSON Schema does not define are ignored.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "x", components });
  const compiled = new Map<unknown, ValidateFunction>();
  const check = (schema: unknown, value: unknown): string[] => {
    const validate = compiled.get(schema) ?? ajv.compile(absolute(schema));
    compiled.set(schema, validate);
    return validate(value) ? [] : (validate.errors ?? []).map(showError);
  };

  const findOperation = ({ method, url }: Exchange): { path: string; operation: Operation } | undefined => {
    for (const [path, methods] of Object.entries(paths)) {
      const pattern = new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
      const found = methods[method.toLowerCase()];
      if (found !== undefined && pattern.test(url.pathname))
        return { path, operation: operationShape.parse(found) };
    }
    return undefined;
  };
  const judgeQuery = (operation: Operation, url: URL): string[] => {
    const known = operation.parameters
      .map((each) => parameterShape.parse(resolve(each, components.parameters)))
      .filter((each) => each.in === "query");
    const wrong = known
      .filter(({ name, required }) => required && !url.searchParams.has(name))
      .map(({ name }) => `query lacks ${name}`);
    for (const [name, value] of url.searchParams) {
      const parameter = known.find((each) => each.name === name);
      if (parameter === undefined) wrong.push(`query has ${name}, which is not described`);
      else
        wrong.push(
          ...check(parameter.schema, read(value, parameter.schema.type)).map(
            (each) => `query ${name}${each}`,
          ),
        );
    }
    return wrong;
  };
  const judgeAnswer = ({ responses }: Operation, status: number, answered: unknown): string[] => {
    const forms = Object.values((responses[status] ?? responses.default)?.content ?? {});
    const verdicts = forms.map(({ schema }) => check(schema, answered));
    const [first = []] = verdicts;
    // An error can have one of several shapes. Why it is not each of the others would be noise.
    if (verdicts.some((each) => each.length === 0)) return [];
    if (forms.length > 1) return [`answer ${status} is none of the described`];
    return first.map((each) => `answer ${status}${each}`);
  };

  return {
    version: info.version,
    judge(exchange) {
      const found = findOperation(exchange);
      const { method, url, sent, status, answered } = exchange;
      if (found === undefined) return [`${method} ${url.pathname}: not described`];
      const { operation, path } = found;
      const [body] = Object.values(operation.requestBody?.content ?? {});
      return [
        ...judgeQuery(operation, url),
        ...(body === undefined || sent === undefined
          ? []
          : check(body.schema, sent).map((each) => `request${each}`)),
        ...judgeAnswer(operation, status, answered),
      ].map((line) => `${method} ${path}: ${line}`);
    },
  };
}

/** Forbids unlisted properties, except in the parts of combined schemas. */
function close(json: unknown): unknown {
  if (JSON.stringify(json).includes('"allOf"')) return json;
  return JSON.parse(JSON.stringify(json), (_key, value: unknown) => {
    const object = z
      .looseObject({ type: z.literal("object"), properties: z.looseObject({}) })
      .safeParse(value).data;
    return object === undefined || "additionalProperties" in object
      ? value
      : { ...object, additionalProperties: false };
  });
}

function absolute(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"x#/'));
}

function resolve(parameter: unknown, parameters: Record<string, unknown>): unknown {
  const { data } = z.object({ $ref: z.string() }).safeParse(parameter);
  return data === undefined ? parameter : parameters[data.$ref.split("/").at(-1) ?? ""];
}

/** Formats a value for a query string. */
function read(value: string, type: string | undefined): unknown {
  if (type === "array") return value.split(",");
  return type === "integer" || type === "number" ? Number(value) : value;
}

function showError({ instancePath, message, params }: ErrorObject): string {
  const more = "additionalProperty" in params ? ` "${params.additionalProperty}"` : "";
  return ` ${instancePath.replace(/\/\d+/g, "/*")} ${message}${more}`;
}
