/** Hono's server replaces the platform's Request and Response; this restores them at the start of each file. */
import { afterAll } from "vitest";

const platform = { Request, Response };

afterAll(() => {
  Object.assign(globalThis, platform);
});
