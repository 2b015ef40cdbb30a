/**
 * Around each file: Hono's server puts a Request and a Response of its own in place of the platform's, so each file begins
 * with the platform's; its databases go when it ends.
 */
import { flushCompileCache } from "node:module";
import { afterAll } from "vitest";
import { dropDatabases } from "./database/database.ts";

const platform = { Request, Response };

afterAll(async () => {
  Object.assign(globalThis, platform);
  // The end of a worker writes nothing.
  flushCompileCache();
  await dropDatabases();
});
