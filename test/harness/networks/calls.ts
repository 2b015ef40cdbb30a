/** The calls of all networks that tests stop or disturb, as each network's `subjects.ts` names them. */
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import type { Subject } from "../../platforms/contract.ts";

const rows = platformNames.map(async (name) => {
  const { subjects }: { subjects: readonly [Subject] } = await import(`../../platforms/${name}/subjects.ts`);
  return [name, subjects[0].publish] as const;
});

/** The call of each network that makes a post visible. */
export const publishingCalls = Object.fromEntries(await Promise.all(rows)) as Readonly<
  Record<PlatformName, string>
>;
