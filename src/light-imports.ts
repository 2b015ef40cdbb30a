/**
 * Loads drizzle-orm in its CommonJS form. Its ES modules re-export each other so densely that loading them takes about
 * 0.6 s and 200 MB more (measured in docs/decisions/0008-light-imports.md); both forms are the same code.
 * Must run before anything that imports drizzle-orm is loaded.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isDrizzle = specifier === "drizzle-orm" || specifier.startsWith("drizzle-orm/");
    return nextResolve(specifier, isDrizzle ? { ...context, conditions: ["node", "require"] } : context);
  },
});
