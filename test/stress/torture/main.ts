/** `npm run torture -- --rounds N --seed N --minutes N`: tests delivery while everything breaks. */
import "../../../src/light-imports.ts";
import { parseArgs } from "node:util";
import { showLedger } from "./ledger.ts";
import { torture } from "./torture.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    minutes: { type: "string" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
console.log(
  `${rounds} rounds with seed ${seed}: faults, kills and people's acts are the seed's, their moments are chance.`,
);
const started = performance.now();
const until = values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000;
const secondsSince = () => Math.round((performance.now() - started) / 1_000);
const report = await torture({
  rounds,
  seed,
  until,
  tell: (line) => console.log(`${secondsSince()} s: ${line}`),
});
console.log(showLedger(report.ledger));
console.log(
  `${report.kills} kills, ${report.troubles} faults, ${report.reconnects} times reconnected, ${secondsSince()} s`,
);
for (const counts of [report.acts, report.upsets, report.failures])
  console.log([...counts].map(([what, count]) => `${count} × ${what}`).join("\n"));
for (const line of [...report.reasons, ...report.wrong]) console.log(line);
process.exit(report.wrong.length === 0 ? 0 : 1);
