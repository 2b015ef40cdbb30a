/**
 * Sends spans to a collector if the operator configured one. Otherwise nothing loads and a span costs one comparison.
 * Networks receive no trace headers, and attributes follow the rules of log lines: no secrets.
 */
import type { Tracer } from "@opentelemetry/api";
import { currentSpan, withinSpan } from "./task.ts";

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A span in progress. */
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
 * Starts sending spans to the collector of the standard OpenTelemetry variables (OTEL_EXPORTER_OTLP_ENDPOINT …).
 * @returns a function that sends the remaining spans and stops
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
    // The operator's OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME take precedence.
    resource: own.merge(told),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  started = { api, tracer: provider.getTracer("sharewell", version) };
  return async () => {
    started = undefined;
    await provider.shutdown().catch(() => {});
  };
}

/**
 * Runs `work` in a span inside the current one.
 * @throws what `work` throws, after marking the span as failed with the error's type only
 */
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
