/** `npm run torture -- --rounds N --seed N`: how delivery fares when everything breaks. */
import "../../src/light-imports.ts";
import { parseArgs } from "node:util";
import { showLedger } from "./ledger.ts";
import { torture } from "./torture.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
console.log(`${rounds} rounds with seed ${seed}: faults and kills are the seed's, their moments are chance.`);
const started = performance.now();
const report = await torture({ rounds, seed, tell: (line) => console.log(line) });
console.log(showLedger(report.ledger));
console.log(
  `${report.kills} kills, ${report.troubles} faults, ${report.reconnects} times reconnected, ${Math.round((performance.now() - started) / 1_000)} s`,
);
for (const line of [...report.reasons, ...report.wrong]) console.log(line);
process.exit(report.wrong.length === 0 ? 0 : 1);
