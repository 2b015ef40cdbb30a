/**
 * Metrics of this process as plain numbers. Counting costs next to nothing, and no library loads until someone reads
 * them (operation/metrics/metrics.ts). Labels come from short lists: never an id or a stranger's host.
 */

type Labels<Name extends string> = Readonly<Record<Name, string>>;

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface About {
  /** "sharewell_mails_total" */
  readonly name: string;
  readonly help: string;
}

/** More than any combination of labels yields. */
const MOST_SERIES = 1_000;

export class Counter<Name extends string = string> {
  readonly about: About;
  readonly #series = new Map<string, { readonly labels: Labels<Name>; value: number }>();

  constructor(about: About) {
    this.about = about;
  }

  add(labels: Labels<Name>, by = 1): void {
    const key = Object.values(labels).join("\n");
    const known = this.#series.get(key);
    if (known !== undefined) known.value += by;
    else if (this.#series.size < MOST_SERIES) this.#series.set(key, { labels, value: by });
  }

  read(): Sample[] {
    return [...this.#series.values()].map(({ labels, value }) => ({ labels, value }));
  }
}

export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  /** For each bound, how many values were at most that large. */
  readonly buckets: readonly { readonly bound: number; readonly count: number }[];
  readonly sum: number;
  readonly count: number;
}

/** In seconds. */
const BOUNDS = [0.005, 0.02, 0.1, 0.5, 1, 2.5, 10, 30];

/** Counts durations by bounds, for each combination of labels. */
export class Histogram<Name extends string = string> {
  readonly about: About;
  readonly #series = new Map<
    string,
    { readonly labels: Labels<Name>; readonly within: number[]; sum: number; count: number }
  >();

  constructor(about: About) {
    this.about = about;
  }

  observe(labels: Labels<Name>, seconds: number): void {
    const key = Object.values(labels).join("\n");
    const series = this.#series.get(key) ?? { labels, within: BOUNDS.map(() => 0), sum: 0, count: 0 };
    if (series.count === 0 && this.#series.size >= MOST_SERIES) return;
    this.#series.set(key, series);
    series.sum += seconds;
    series.count += 1;
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    if (at >= 0) series.within[at] = (series.within[at] ?? 0) + 1;
  }

  read(): HistogramSample[] {
    return [...this.#series.values()].map(({ labels, within, sum, count }) => {
      let upTo = 0;
      const buckets = BOUNDS.map((bound, at) => {
        upTo += within[at] ?? 0;
        return { bound, count: upTo };
      });
      return { labels, buckets, sum, count };
    });
  }
}

export const requests = new Counter<"method" | "route" | "status">({
  name: "sharewell_http_requests_total",
  help: "Requests answered, by route and status class.",
});
export const requestSeconds = new Histogram<"route">({
  name: "sharewell_http_request_duration_seconds",
  help: "Duration of requests, from the first byte received to the last byte sent.",
});
export const networkCalls = new Counter<"network" | "result">({
  name: "sharewell_network_calls_total",
  help: "Calls to networks, by status class or the reason for no response.",
});
export const networkSeconds = new Histogram<"network">({
  name: "sharewell_network_call_duration_seconds",
  help: "Time until networks began to respond.",
});
export const tries = new Counter<"network" | "result">({
  name: "sharewell_share_tries_total",
  help: "Attempts to deliver or find a share, by outcome.",
});
export const deletions = new Counter<"network" | "result">({
  name: "sharewell_deletion_tries_total",
  help: "Attempts to delete a post, by outcome.",
});
export const connects = new Counter<"network" | "result">({
  name: "sharewell_connects_total",
  help: "Finished attempts to connect an account, by outcome.",
});
export const refreshes = new Counter<"network" | "result">({
  name: "sharewell_token_refreshes_total",
  help: "Token refreshes: renewed, ended by the network, or failed for now.",
});
export const revocations = new Counter<"network" | "result">({
  name: "sharewell_revocations_total",
  help: "Attempts to revoke a grant at its network.",
});
export const mails = new Counter<"result">({
  name: "sharewell_mails_total",
  help: "Letters accepted by the mail server, and failed attempts.",
});

export const counters: readonly Counter[] = [
  requests,
  networkCalls,
  tries,
  deletions,
  connects,
  refreshes,
  revocations,
  mails,
];
export const histograms: readonly Histogram[] = [requestSeconds, networkSeconds];
