/** Hono's server puts a Request and a Response of its own in place of the platform's; each file begins with the platform's. */
import { afterAll } from "vitest";

const platform = { Request, Response };

afterAll(() => {
  Object.assign(globalThis, platform);
});
