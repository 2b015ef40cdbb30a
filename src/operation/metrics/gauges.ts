/** The gauges of this service: their names, help texts and labels. */

interface Gauge {
  readonly name: string;
  readonly help: string;
  /** The names of the labels of each sample. */
  readonly labels: readonly string[];
}

export const gauges = {
  database: { name: "sharewell_database_up", help: "1: the database answered within a second.", labels: [] },
  shares: {
    name: "sharewell_shares",
    help: "Shares that are not over, and those that nobody can tell of (10,000 at most).",
    labels: ["status"],
  },
  oldest: {
    name: "sharewell_oldest_due_share_age_seconds",
    help: "For how long the oldest share has been due that no worker has in hand; 0: there is none.",
    labels: [],
  },
  broken: {
    name: "sharewell_broken_accounts",
    help: "Accounts that their people must reconnect.",
    labels: ["network"],
  },
  budgets: {
    name: "sharewell_app_budget_remaining",
    help: "What a network still takes of our app as a whole, where that runs low.",
    labels: ["network", "span"],
  },
  pool: {
    name: "sharewell_database_connections",
    help: "Connections of this process to its database: used, idle, and how many wait for one.",
    labels: ["state"],
  },
  clock: {
    name: "sharewell_clock_offset_seconds",
    help: "By how much the database's clock is ahead of the networks', less than 0: behind.",
    labels: [],
  },
  disk: {
    name: "sharewell_disk_free_bytes",
    help: "Room on the disk of the data folder, where this process has one.",
    labels: [],
  },
} as const satisfies Readonly<Record<string, Gauge>>;
