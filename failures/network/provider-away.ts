import assert from "node:assert/strict";
import { freePort } from "../../test/harness/networks/networks.ts";
import { createVisitor, signedInVisitor } from "../../test/harness/people/visitor.ts";
import type { Failure } from "../stage/failure.ts";
import { withFleet } from "../stage/world.ts";

export const failure = {
  name: "provider-away",
  title: "The OpenID Connect provider is down",
  play: async (say) => {
    const changes = {
      OIDC_ISSUER: `http://localhost:${await freePort()}`,
      OIDC_CLIENT_ID: "sharewell",
      OIDC_CLIENT_SECRET: "a-secret-of-the-provider-0123456789",
      OIDC_NAME: "Example University",
    };
    await withFleet({ people: 1, workers: 1, networks: [], changes }, async (fleet) => {
      const answer = await createVisitor(fleet).post("/login/oidc/", { next: "/social/" });
      const words = (await answer.text()).replaceAll(/<[^>]*>/g, " ");
      say(`the page of the provider answers ${answer.status}`);
      assert.ok(answer.status >= 400 && answer.status < 600);
      assert.match(words, /Example University/);
      const login = { email: fleet.members[0]?.email ?? "", password: "a sea of lanterns" };
      await signedInVisitor(fleet, login);
      say("people with a password sign in as ever");
    });
  },
} satisfies Failure;
