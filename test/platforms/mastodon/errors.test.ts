import { expect, test } from "vitest";
import { toError } from "../../../src/platforms/mastodon/errors.ts";

test("a server that says that it is gone asks for another one, and is not tried again", () => {
  const answer = { status: 410, body: undefined, url: "https://social.example/", headers: new Headers() };
  expect(toError(answer, new Date())).toMatchObject({
    ...{ kind: "reconnect-needed", code: "server-gone", status: 410 },
  });
});
