/**
 * Spans of what this process does, sent to a collector where the operator set one. Without one nothing is loaded, and a
 * span costs a comparison. Nothing of it is sent to networks, and attributes are what log lines may say: no secrets.
 */
import type { Tracer } from "@opentelemetry/api";
import { currentSpan, withinSpan } from "./task.ts";

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A span that is under way. */
export interface OpenSpan {
  set(attributes: Attributes): void;
}

interface Started {
  readonly tracer: Tracer;
  readonly api: typeof import("@opentelemetry/api");
}

let started: Started | undefined;

const SILENT: OpenSpan = { set: () => {} };

/**
 * From now on spans are sent to where the standard variables of OpenTelemetry say (OTEL_EXPORTER_OTLP_ENDPOINT …).
 * @returns sends what is left, and ends it
 */
export async function startTracing(version: string): Promise<() => Promise<void>> {
  const [api, sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const own = resources.resourceFromAttributes({ "service.name": "sharewell", "service.version": version });
  const told = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.TracerProvider({
    // What the operator says in OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME wins.
    resource: own.merge(told),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  started = { api, tracer: provider.getTracer("sharewell", version) };
  return async () => {
    started = undefined;
    await provider.shutdown().catch(() => {});
  };
}

/** Does `work` in a span within the one that is under way. What it throws marks the span as failed, by its kind alone. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  if (started === undefined) return await work(SILENT);
  const { api, tracer } = started;
  const around = currentSpan();
  const context = isSpan(around) ? api.trace.setSpan(api.ROOT_CONTEXT, around) : api.ROOT_CONTEXT;
  const span = tracer.startSpan(name, { attributes: { ...attributes } }, context);
  try {
    return await withinSpan(span, () => work({ set: (more) => span.setAttributes({ ...more }) }));
  } catch (error) {
    span.setStatus({
      code: api.SpanStatusCode.ERROR,
      message: error instanceof Error ? error.name : "failed",
    });
    throw error;
  } finally {
    span.end();
  }
}

function isSpan(value: unknown): value is import("@opentelemetry/api").Span {
  return typeof value === "object" && value !== null && "spanContext" in value;
}
