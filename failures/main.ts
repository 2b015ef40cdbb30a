/** `npm run failures [NAME…]`: plays all failures, or the named ones, on real processes. */
import "../src/light-imports.ts";
import { Absent } from "./stage/absent.ts";
import type { Failure } from "./stage/failure.ts";
import { findFailures } from "./stage/find-failures.ts";

type Verdict = "held" | "BROKEN" | "ABSENT";

const names = process.argv.slice(2);
const all = await findFailures();
const unknown = names.filter((name) => !all.some((failure) => failure.name === name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}. There are: ${all.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
const verdicts = new Map<string, Verdict>();
for (const failure of all.filter(({ name }) => names.length === 0 || names.includes(name)))
  verdicts.set(failure.name, await playOne(failure));
console.log("");
for (const [name, verdict] of verdicts) console.log(`${verdict.padEnd(7)} ${name}`);
process.exit(exitCodeOf([...verdicts.values()]));

async function playOne({ name, title, play }: Failure): Promise<Verdict> {
  console.log(`\n${name}: ${title}`);
  const started = performance.now();
  try {
    await play((line) => console.log(`  ${line}`));
    return "held";
  } catch (error) {
    if (error instanceof Absent) {
      console.log(`  ABSENT: ${error.message}`);
      return "ABSENT";
    }
    console.log(`  BROKEN: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return "BROKEN";
  } finally {
    console.log(`  ${Math.round((performance.now() - started) / 1_000)} s`);
  }
}

/** 1: a promise is broken. 3: none is, but some failures could not be played. 0: all promises held. */
function exitCodeOf(verdicts: readonly Verdict[]): 0 | 1 | 3 {
  if (verdicts.includes("BROKEN")) return 1;
  return verdicts.includes("ABSENT") ? 3 : 0;
}
