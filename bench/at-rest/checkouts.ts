/** Measures this checkout and, with `-- --against DIR`, another one that is already built. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** Figures by name and unit, for example "idle memory, MB". */
export type Figures = Readonly<Record<string, number>>;

/** The largest allowed ratio to the other checkout, by the figure's name. */
export type Aims = Readonly<Record<string, number>>;

/**
 * Measures each checkout several times, in turns or concurrently, and prints the medians and their ratios.
 * @param measure receives the path of a checkout's built program
 */
export async function compareCheckouts(
  { rounds, atOnce = false, aims = {} }: { rounds: number; atOnce?: boolean; aims?: Aims },
  measure: (program: string) => Promise<Figures>,
): Promise<void> {
  const { against } = parseArgs({
    args: process.argv.slice(3),
    options: { against: { type: "string" } },
  }).values;
  const folders = against === undefined ? ["."] : [against, "."];
  const checkouts = folders.map((folder) => ({
    program: resolve(folder, "dist/src/main.js"),
    runs: [] as Figures[],
  }));
  for (let round = 1; round <= rounds; round += 1) {
    const run = async ({ program, runs }: (typeof checkouts)[number]) => {
      runs.push(await measure(program));
    };
    if (atOnce) await Promise.all(checkouts.map(run));
    else for (const checkout of checkouts) await run(checkout);
    for (const { program, runs } of checkouts)
      console.log(`  run ${round}, ${program}: ${show(runs.at(-1) ?? {})}`);
  }
  const [before, now = before] = checkouts.map(({ runs }) => medians(runs));
  for (const [name, value] of Object.entries(now ?? {})) {
    const former = before?.[name] ?? Number.NaN;
    const aim = aims[name] === undefined ? "" : ` (aim: ${aims[name]})`;
    console.log(
      against === undefined
        ? `${name}: ${round(value)}`
        : `${name}: ${round(former)} → ${round(value)}, ${(value / former).toFixed(2)} times${aim}`,
    );
  }
}

function medians(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name] ?? Number.NaN))]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

function show(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${round(value)}`)
    .join("; ");
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
