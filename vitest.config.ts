import { defineConfig } from "vitest/config";
import { DurationsKeeper, LongestFirst } from "./test/harness/longest-first.ts";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // They need Firefox and WebKitGTK: npm run browsers.
    exclude: ["test/web/browsers/**"],
    globalSetup: ["test/harness/database/setup.ts"],
    // A worker loads the modules once for all its files, which saves a quarter of the suite's time.
    isolate: false,
    setupFiles: ["test/harness/globals.ts"],
    // On a busy machine a page takes long.
    expect: { requireAssertions: true, poll: { timeout: 120_000 } },
    reporters: ["default", new DurationsKeeper()],
    sequence: { shuffle: { tests: true }, sequencer: LongestFirst },
    // The tests' OpenID Connect provider warns that it is meant for tests.
    onConsoleLog: (log) => !log.includes("oidc-provider"),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    maxWorkers: 4,
  },
});
