/** Every network keeps the common contract, on each kind of server that it has: `<network>/subjects.ts` lists them. */
import { afterAll, beforeAll, describe } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { describePlatform, type Subject } from "./contract.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

for (const name of platformNames) {
  const { subjects }: { subjects: readonly Subject[] } = await import(`./${name}/subjects.ts`);
  for (const subject of subjects)
    describe(`${name}${subject.host === undefined ? "" : ` on ${subject.host}`}${subject.way === undefined ? "" : ` by ${subject.way}`}`, () =>
      describePlatform(subject, () => emulator));
}
