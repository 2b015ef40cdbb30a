/** A process that takes as many jobs at a time as our workers do, and does nothing with them. */
import { PgBoss } from "pg-boss";
import { EMPTY_QUEUE } from "./alone.ts";

const [address, way] = process.argv.slice(2);
if (address === undefined) throw new Error("Say which database.");
const boss = new PgBoss({ connectionString: address, max: 6, supervise: false, schedule: false });
boss.on("error", (error) => console.error(error));
await boss.start();
const nothing = async () => {};
// Both ways continue at once while there are more jobs, instead of waiting for the next poll.
if (way === "one by one")
  await boss.work(EMPTY_QUEUE, { localConcurrency: 24, burstWhenReadyExceeds: 1 }, nothing);
else await boss.work(EMPTY_QUEUE, { batchSize: 24, burstWhenBatchFull: true }, nothing);
