import assert from "node:assert/strict";
import { startBucket } from "../../test/harness/networks/bucket.ts";
import { waitFor } from "../../test/harness/wait.ts";
import type { Failure } from "../stage/failure.ts";
import { expectKept, shareAll, withFleet } from "../stage/world.ts";

export const failure = {
  name: "pictures-away",
  title: "The bucket for pictures is down while people share to a network that fetches them",
  play: async (say) => {
    const bucket = await startBucket();
    const { settings } = bucket;
    bucket.stop();
    await withFleet({ people: 2, networks: ["instagram", "twitter"], changes: settings }, async (fleet) => {
      await shareAll(fleet, 1);
      await waitFor("what needs no bucket to be posted", () =>
        fleet.emulator.twitter.world.memory.posts.length === 2 ? true : undefined,
      );
      assert.equal(fleet.emulator.instagram.world.memory.posts.length, 0);
      say("X took both while the bucket was down; Instagram's wait");
      const back = await startBucket({ port: Number(new URL(settings.SOCIAL_PICTURES_S3_URL ?? "").port) });
      const { posted } = await expectKept(fleet, say).finally(back.stop);
      assert.equal(posted, 4);
    });
  },
} satisfies Failure;
