/** Every network keeps the common contract, on each kind of server that it has: `<network>/subjects.ts` lists them. */
import { describe } from "vitest";
import { platformNames } from "../../src/platforms/platform.ts";
import { describePlatform, type Subject } from "./contract.ts";

for (const name of platformNames) {
  const { subjects }: { subjects: readonly Subject[] } = await import(`./${name}/subjects.ts`);
  for (const subject of subjects)
    describe(`${name}${subject.host === undefined ? "" : ` on ${subject.host}`}${subject.way === undefined ? "" : ` by ${subject.way}`}`, () =>
      describePlatform(subject));
}
