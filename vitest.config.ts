import { defineConfig } from "vitest/config";
import { DurationsKeeper, LongestFirst } from "./test/harness/longest-first.ts";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // They need Firefox and WebKitGTK: npm run browsers.
    exclude: ["test/web/browsers/**"],
    globalSetup: ["test/harness/database/setup.ts"],
    // One load of the modules serves all files of a worker: a quarter of the suite's time.
    isolate: false,
    setupFiles: ["test/harness/globals.ts"],
    // On a machine that is busy with other things a page takes long.
    expect: { requireAssertions: true, poll: { timeout: 120_000 } },
    reporters: ["default", new DurationsKeeper()],
    sequence: { shuffle: { tests: true }, sequencer: LongestFirst },
    // The provider of the tests warns that it is one.
    onConsoleLog: (log) => !log.includes("oidc-provider"),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    maxWorkers: 4,
  },
});
