/**
 * Loads drizzle-orm in its CommonJS form. Its ES modules re-export each other so densely that loading them takes about
 * 0.6 s and 200 MB more (measured in docs/decisions/0008-light-imports.md); both forms are the same code.
 * Finds each package once for all our files: Node reads its package.json anew for each of them, and drizzle-orm's is
 * 180 kB long. Must run before anything that imports packages is loaded.
 */
import { type ResolveFnOutput, registerHooks } from "node:module";

const ours = new URL(".", import.meta.url).href;
const found = new Map<string, ResolveFnOutput>();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isDrizzle = specifier === "drizzle-orm" || specifier.startsWith("drizzle-orm/");
    const conditions = isDrizzle ? ["node", "require"] : context.conditions;
    const isPackage = /^(?!node:)[@\w]/.test(specifier) && context.parentURL?.startsWith(ours) === true;
    if (!isPackage) return nextResolve(specifier, { ...context, conditions });
    const key = `${conditions.join(",")} ${specifier}`;
    const known = found.get(key) ?? {
      ...nextResolve(specifier, { ...context, conditions }),
      shortCircuit: true,
    };
    found.set(key, known);
    return known;
  },
});
