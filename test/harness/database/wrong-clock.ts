/**
 * Loaded before everything else, it shifts the process's clock by the milliseconds in WRONG_CLOCK_FILE. Timers
 * and the monotonic clock are not affected.
 */
import { readFileSync } from "node:fs";

const file = process.env.WRONG_CLOCK_FILE ?? "";
const right = Date.now;
let aheadMs = 0;

function wrong(): number {
  const text = readFileSync(file, "utf8");
  // Empty while it is being written.
  if (text !== "") aheadMs = Number(text);
  return right() + aheadMs;
}

globalThis.Date = new Proxy(Date, {
  get: (date, name) => (name === "now" ? wrong : Reflect.get(date, name)),
  construct: (date, values) => Reflect.construct(date, values.length === 0 ? [wrong()] : values),
});
