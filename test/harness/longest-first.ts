/** Vitest's order of files and its reporter that learns how long they take. */
import { isDeepStrictEqual } from "node:util";
import {
  BaseSequencer,
  type Reporter,
  type TestModule,
  type TestSpecification,
  type Vitest,
} from "vitest/node";
import { learnDurations, longestFirst, nameIn, readDurations, writeDurations } from "./durations.ts";

/** The longest first, so that the others run beside it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    return longestFirst(files, readDurations(), ({ moduleId }) => nameIn(root, moduleId));
  }
}

/** Writes the list anew after a run in which every file passed, outside CI. */
export class DurationsKeeper implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (this.#vitest === undefined || process.env.CI) return;
    const { root } = this.#vitest.config;
    const all = await this.#vitest.globTestSpecifications();
    if (modules.length < all.length || modules.some((module) => !module.ok())) return;
    const measured = Object.fromEntries(
      modules.map((module) => [nameIn(root, module.moduleId), module.diagnostic().duration]),
    );
    const known = readDurations();
    const learned = learnDurations(known, measured);
    if (!isDeepStrictEqual(known, learned)) writeDurations(learned);
  }
}
