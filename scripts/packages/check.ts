/**
 * `npm run licences`: lists every package with its licence, and exits with 1 if one has a licence that is not on the
 * list.
 */
import { resolve } from "node:path";
import { findForbidden, licenceOf } from "./licences.ts";
import { readLock } from "./lock.ts";

const root = resolve(process.argv[2] ?? ".");
const { packages } = readLock(root);
const forbidden = findForbidden(packages, root);
for (const isShipped of [true, false]) {
  const part = packages.filter((one) => one.isShipped === isShipped);
  console.log(isShipped ? "The service is made of" : "\nOnly development uses");
  const names = Map.groupBy(part, (one) => licenceOf(one, root) || "no stated licence");
  for (const [licence, those] of [...names].toSorted(([one], [other]) => one.localeCompare(other, "en")))
    console.log(`  ${licence}: ${those.map(({ name, version }) => `${name} ${version}`).join(", ")}`);
}
for (const line of forbidden) console.error(`\nNot allowed: ${line}`);
if (forbidden.length > 0) process.exitCode = 1;
