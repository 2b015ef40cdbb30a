/** The metrics of this process in the OpenMetrics format. The library that writes them loads with the first request. */
import type { OpenMetricsContentType, Registry } from "prom-client";
import { counters, type Histogram, histograms, type Sample } from "../../net/meter.ts";
import { ownVersion } from "../version.ts";
import { gauges } from "./gauges.ts";
import { createMeasuring, type Measured, type MeasuredRuntime } from "./measured.ts";

export interface Metrics {
  /** For the Content-Type header. */
  readonly type: string;
  readonly text: string;
}

/** Creates a function that writes the current metrics. */
export function createMetrics(runtime: MeasuredRuntime): () => Promise<Metrics> {
  const measure = createMeasuring(runtime);
  let opened: Promise<Writer> | undefined;
  return async () => {
    opened ??= open();
    const [{ registry, set }, measured] = await Promise.all([opened, measure()]);
    set(measured);
    return { type: registry.contentType, text: await registry.metrics() };
  };
}

interface Writer {
  readonly registry: Registry<OpenMetricsContentType>;
  set(measured: Measured): void;
}

async function open(): Promise<Writer> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, openMetricsContentType, Registry } = await import(
    "prom-client"
  );
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(openMetricsContentType);
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const version = { name: "sharewell_build_info", help: "1, with the version that runs." };
  new Gauge({ ...version, labelNames: ["version"], registers }).set({ version: ownVersion() }, 1);
  for (const counter of counters) {
    const { name, help } = counter.about;
    const get = async () => ({ ...named(name, help), type: "counter", values: counter.read() });
    Object.assign(new Counter({ name, help, registers }), { get });
  }
  for (const histogram of histograms) {
    const { name, help } = histogram.about;
    const get = async () => ({ ...named(name, help), type: "histogram", values: linesOf(name, histogram) });
    Object.assign(new Histogram({ name, help, registers }), { get, getForPromString: get });
  }
  const written = Object.entries(gauges).map(([key, { name, help, labels }]) => ({
    key,
    isBare: labels.length === 0,
    gauge: new Gauge<string>({ name, help, labelNames: [...labels], registers }),
  }));
  return {
    registry,
    set: (measured) => {
      const samples = new Map<string, readonly Sample[]>(Object.entries(measured));
      for (const { key, gauge, isBare } of written) {
        gauge.reset();
        // A reset gauge without labels is 0, but a value that was not measured is unknown.
        if (isBare) gauge.remove();
        for (const { labels, value } of samples.get(key) ?? []) gauge.set(labels, value);
      }
    },
  };
}

/** Removes the suffix of counters, which the library adds itself. */
function named(name: string, help: string) {
  return { name: name.replace(/_total$/, ""), help, aggregator: "sum" };
}

/** The lines of a histogram: one for each bucket, then sum and count. */
function linesOf(name: string, histogram: Histogram) {
  return histogram.read().flatMap(({ labels, buckets, sum, count }) => [
    ...[...buckets, { bound: "+Inf", count }].map(({ bound, count: value }) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: bound },
      value,
    })),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]);
}
