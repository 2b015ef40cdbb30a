/** People are found by a server's own search, without a scope that we do not ask for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { findMentions } from "../../../src/sharing/requests/mentions.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
let person: { id: string };
let mastodon: Connection;
let x: Connection;
beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  mastodon = await connectAccount(service.runtime, person, { platform: "mastodon", server });
  x = await connectAccount(service.runtime, person, { platform: "twitter" });
});
afterAll(() => service.stop());

const find = (words: string, connections: readonly Connection[]) =>
  findMentions(service.runtime, person, {
    selection: { connectionIds: connections.map(({ id }) => id) },
    words,
  });

test("handles come whole, with their server", async () => {
  const found = await find("be", [x, mastodon]);
  expect(found).toContainEqual({
    handle: expect.stringMatching(/^@ben@mastodon\.localhost/),
    displayName: expect.any(String),
  });
});

test("nobody is searched for one letter, or for accounts whose network has no search", async () => {
  expect(await find("b", [mastodon])).toEqual([]);
  expect(await find("be", [x])).toEqual([]);
  expect(await find("nobody-has-this-name", [mastodon])).toEqual([]);
});
