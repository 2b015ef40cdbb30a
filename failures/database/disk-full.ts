/** The disk of the data folder fills up while people share, and is freed again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { sqlStateOf } from "../../src/database/connection/sql-state.ts";
import type { OpenRuntime } from "../../src/service/runtime.ts";
import { waitFor } from "../../test/harness/wait.ts";
import { Absent } from "../stage/absent.ts";
import type { Failure } from "../stage/failure.ts";
import { openStage } from "../stage/stage.ts";

const MEGABYTE = 1_048_576;

export const failure = {
  name: "disk-full",
  title: "The disk of the data folder is full, and is freed again",
  async play(say) {
    const folder = mkdtempSync(join(tmpdir(), "sharewell-disk-"));
    chmodSync(folder, 0o755);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", folder]);
    if (mounted.status !== 0) throw new Absent("Needs root, and the right to mount a small file system");
    const stage = await openStage({ SOCIAL_DATA_DIR: folder });
    try {
      const service = stage.start(["serve"]);
      await stage.untilReady("that it works", ({ status }) => status !== "unavailable");
      await stage.untilReady("that little room is left", ({ disk }) => disk === "low");
      const { share, postedAt, runtime } = await stage.open();
      const before = await share();
      await waitFor("the first share", () => postedAt(before)[0]);
      await waitFor("the ballast", () => existsSync(join(folder, "ballast")) || undefined);
      say("400 MB: /readyz says disk low and degraded; ballast is held");

      const sizes = [fill(folder, "first")];
      await waitFor("the ballast to be let go of", () => !existsSync(join(folder, "ballast")) || undefined);
      say(`filled with ${sizes[0]} MB: the ballast was let go of`);
      const meanwhile = await share();
      await waitFor("a share with what the ballast left", () => postedAt(meanwhile)[0]);
      sizes.push(fill(folder, "second"));
      await stage.untilReady("that the disk is full", ({ disk }) => disk === "full");
      assert.equal((await stage.ready())?.status, 503);
      const refusal = await useUp(runtime.database);
      const accepted = [before, meanwhile];
      for (let tries = 0; tries < 20; tries += 1)
        await share().then(
          (message) => accepted.push(message),
          () => {},
        );
      say(
        `filled again with ${sizes[1]} MB: /readyz says disk full and 503; PostgreSQL: ${refusal}; ${accepted.length - 2} of 20 shares were still accepted`,
      );

      rmSync(join(folder, "first"));
      rmSync(join(folder, "second"));
      await runtime.database.execute(sql`drop table used_up`);
      await stage.untilReady("that it works again", ({ status }) => status === "degraded");
      const after = await share();
      accepted.push(after);
      for (const message of accepted) await waitFor(`“${message}”`, () => postedAt(message)[0]);
      const twice = accepted.filter((message) => postedAt(message).length > 1);
      assert.deepEqual(twice, []);
      await waitFor("new ballast", () => existsSync(join(folder, "ballast")) || undefined);
      const told = service
        .output()
        .split("\n")
        .filter((line) => line.includes('"trouble":"disk"'));
      assert.ok(told.length > 0 && told.length < 60, `${told.length} lines tell of the disk`);
      say(
        `room again: ${accepted.length} accepted, ${accepted.length} posted, twice 0, lost 0; ${told.length} lines in the log tell of the disk`,
      );
    } finally {
      await stage.close();
      spawnSync("umount", [folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Failure;

/** Writes to the database until it fails. @returns the SQLSTATE */
async function useUp(database: OpenRuntime["database"]): Promise<string> {
  await database.execute(sql`create table used_up (bytes text)`);
  for (;;)
    try {
      await database.execute(
        sql`insert into used_up select repeat(md5(random()::text), 60) from generate_series(1, 500)`,
      );
    } catch (error) {
      return sqlStateOf(error) ?? String(error);
    }
}

/** Fills the disk to the last megabyte. @returns how many megabytes it took */
function fill(folder: string, name: string): number {
  const file = openSync(join(folder, name), "w");
  const bytes = Buffer.alloc(MEGABYTE);
  let written = 0;
  try {
    while (freeOf(folder) > 2 * MEGABYTE) {
      writeSync(file, bytes);
      written += 1;
    }
  } catch {
    // The disk is full.
  } finally {
    closeSync(file);
  }
  return written;
}

function freeOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
