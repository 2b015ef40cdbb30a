import assert from "node:assert/strict";
import { freePort } from "../../test/harness/networks/networks.ts";
import type { Failure } from "../stage/failure.ts";
import { expectKept, withFleet } from "../stage/world.ts";

export const failure = {
  name: "site-away",
  title: "The site of the page that is shared is down",
  play: (say) =>
    withFleet({ people: 2 }, async (fleet) => {
      const [member] = fleet.members;
      assert.ok(member);
      const url = `http://127.0.0.1:${await freePort()}/a-page`;
      const startedAt = performance.now();
      const page = await member.visitor.get(
        `/social/share/?${new URLSearchParams({ url, title: "A page" })}`,
      );
      assert.equal(page.status, 200);
      say(`the share page is there after ${(performance.now() - startedAt).toFixed(0)} ms`);
      assert.equal((await fleet.share(member, { url, title: "A page" })).status, 303);
      const { posted, accepted } = await expectKept(fleet, say);
      assert.equal(posted, accepted);
    }),
} satisfies Failure;
