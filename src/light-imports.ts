/**
 * Loads drizzle-orm as CommonJS. Its ES modules re-export each other so heavily that loading them takes 0.6 s and 200 MB
 * more (docs/decisions/0008-light-imports.md); both forms contain the same code. Also resolves each package only once:
 * Node reads its package.json again for every importing file, and drizzle-orm's has 180 kB. Our own modules are
 * resolved without a look at the disk. Import this before any module that imports packages.
 */
import { type ResolveFnOutput, registerHooks } from "node:module";

const ours = new URL(".", import.meta.url).href;
const found = new Map<string, ResolveFnOutput>();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = context.parentURL?.startsWith(ours) === true;
    if (isOurs && /^\.{1,2}\/.*\.js$/.test(specifier))
      return { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true };
    const isDrizzle = specifier === "drizzle-orm" || specifier.startsWith("drizzle-orm/");
    const conditions = isDrizzle ? ["node", "require"] : context.conditions;
    const isPackage = /^(?!node:)[@\w]/.test(specifier) && isOurs;
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
