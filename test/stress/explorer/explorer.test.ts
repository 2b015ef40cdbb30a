/** A small part of what `npm run explore` plays: the same seeds each time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { explore } from "./explore.ts";
import { kinds } from "./kinds.ts";
import { type Laboratory, openLaboratory } from "./laboratory.ts";

const SEEDS = [1, 2, 3];

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await openLaboratory(await freshDatabaseUrl());
});
afterAll(() => laboratory.stop());

test.for(kinds)("whoever acts while shares are delivered, all promises are kept: %s", async (kind) => {
  for (const seed of SEEDS) {
    const broken = await explore(laboratory, kind, seed);
    expect(broken, `npm run explore -- --kinds ${kind} --from ${seed} --count 1`).toBeUndefined();
  }
});
