import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { exportHistory } from "../../../src/sharing/record/export.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { changeScheduled, versionOf } from "../../../src/sharing/requests/change.ts";
import { findLastOptions, listOptions, spellOutChosen } from "../../../src/sharing/requests/options.ts";
import { findRequestOptions } from "../../../src/sharing/requests/request-options.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, postsOn, shareTo, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
let ana: { id: string };
let mastodon: Connection;
let second: Connection;
let x: Connection;

beforeAll(async () => {
  service = await startTestService();
  ana = await addPerson(service.runtime);
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  mastodon = await connectAccount(service.runtime, ana, { platform: "mastodon", server });
  second = await connectAccount(service.runtime, ana, { platform: "mastodon", server, account: "ben" });
  x = await connectAccount(service.runtime, ana, { platform: "twitter" });
});
afterAll(() => service.stop());

const lastOf = (...connections: Connection[]) =>
  findLastOptions(service.runtime, service.runtime.database, connections);
const tomorrow = () => new Date(service.runtime.now().getTime() + 86_400_000);
const optionsOf = async (requestId: string) => {
  const request = await getShareRequest(service.runtime, ana, requestId);
  return Object.fromEntries(request?.shares.map((share) => [share.connection.id, share.options]) ?? []);
};

test("each network offers its own options, by account", () => {
  const names = (connection: Connection) => listOptions(service.runtime, connection).map(({ name }) => name);
  expect(names(mastodon)).toEqual(["visibility", "warning", "sensitive", "quotes", "language"]);
  expect(names(x)).toEqual(["replies"]);
});

test("what is chosen for an account, or for its whole network, reaches the posts", async () => {
  const draft = draftFor([mastodon, second, x], {
    networkOptions: { mastodon: { visibility: "unlisted", warning: "Spoilers" } },
    ownOptions: { [second.id]: { visibility: "private" }, [x.id]: { replies: "following" } },
  });
  const shares = await shareTo(service.runtime, ana, draft);
  expect(shares.map(({ status }) => status)).toEqual(["posted", "posted", "posted"]);
  const isOurs = ({ text }: { text: string }) => text.includes(draft.page.url);
  const posts = (await postsOn(service.emulator.mastodon)).filter(isOurs);
  expect(posts).toHaveLength(2);
  expect(posts).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ visibility: "unlisted", spoilerText: "Spoilers" }),
      expect.objectContaining({ visibility: "private", spoilerText: "Spoilers" }),
    ]),
  );
  expect((await postsOn(service.emulator.twitter)).filter(isOurs)).toMatchObject([
    { replySettings: "following" },
  ]);
});

test("the next post begins with what was chosen last for the account, without its warning", async () => {
  await shareTo(
    service.runtime,
    ana,
    draftFor([mastodon], { ownOptions: { [mastodon.id]: { visibility: "unlisted", warning: "Once" } } }),
  );
  expect(await lastOf(mastodon)).toEqual(new Map([[mastodon.id, { visibility: "unlisted" }]]));
  const [next] = await shareTo(service.runtime, ana, draftFor([mastodon]));
  expect(next?.options).toEqual({ visibility: "unlisted" });
  const [usual] = await shareTo(
    service.runtime,
    ana,
    draftFor([mastodon], { ownOptions: { [mastodon.id]: { visibility: "account" } } }),
  );
  expect(usual?.options).toEqual({});
  expect(await lastOf(mastodon)).toEqual(new Map());
});

test("a change of what is scheduled keeps what it does not name, and changes what it names", async () => {
  const chosen = { visibility: "private", warning: "Spoilers" };
  const draft = draftFor([mastodon, second], { at: tomorrow(), networkOptions: { mastodon: chosen } });
  const id = await submit(service.runtime, ana, draft);
  expect(await findRequestOptions(service.runtime, id, "scheduled")).toEqual({
    networkOptions: { mastodon: chosen },
    ownOptions: {},
  });
  const change = async (more: object) => {
    const seen = await versionOf(service.runtime, id);
    return await changeScheduled(service.runtime, ana, id, {
      ...draft,
      networkOptions: {},
      ...more,
      at: tomorrow(),
      seen,
    });
  };
  expect(await change({ message: "Other words" })).toEqual({ outcome: "changed" });
  expect(await optionsOf(id)).toEqual({ [mastodon.id]: chosen, [second.id]: chosen });
  expect(await change({ ownOptions: { [second.id]: { warning: "" } } })).toEqual({ outcome: "changed" });
  expect(await findRequestOptions(service.runtime, id, "scheduled")).toEqual({
    networkOptions: {},
    ownOptions: { [mastodon.id]: chosen, [second.id]: { visibility: "private" } },
  });
});

test("one of several values is never none, and a choice in full names the defaults", async () => {
  const last = { ownOptions: { [mastodon.id]: { visibility: "private" } } };
  await shareTo(service.runtime, ana, draftFor([mastodon], last));
  const unsaid = { networkOptions: { mastodon: { visibility: "" } } };
  const [next] = await shareTo(service.runtime, ana, draftFor([mastodon], unsaid));
  expect(next?.options).toEqual({ visibility: "private" });
  expect(spellOutChosen(service.runtime, [mastodon, x], last).ownOptions).toEqual({
    [mastodon.id]: { visibility: "private", warning: "", sensitive: false, quotes: "account", language: "" },
    [x.id]: { replies: "everyone" },
  });
});

test("a value that the network does not have is refused before anything is stored", async () => {
  const draft = draftFor([mastodon], { ownOptions: { [mastodon.id]: { visibility: "everybody" } } });
  const refused = await submitShares(service.runtime, ana, draft);
  expect(refused).toMatchObject({ outcome: "refused", problems: [{ connectionId: mastodon.id }] });
  expect(refused.outcome === "refused" && refused.problems.map(({ problem }) => inEnglish(problem))).toEqual([
    expect.stringContaining("“Who can see it”"),
  ]);
});

test("a warning takes part of the characters that there are", async () => {
  const message = "a".repeat(470);
  const own = { [mastodon.id]: { warning: "w".repeat(100) } };
  expect(
    await submitShares(service.runtime, ana, draftFor([mastodon], { message, ownOptions: own })),
  ).toMatchObject({
    outcome: "refused",
    problems: [{ connectionId: mastodon.id }],
  });
});

test("an export names them", async () => {
  const [share] = await shareTo(
    service.runtime,
    ana,
    draftFor([x], { ownOptions: { [x.id]: { replies: "verified" } } }),
  );
  let text = "";
  for await (const piece of exportHistory(service.runtime, ana, { filter: {}, format: "json" }))
    text += piece;
  const exported: unknown = JSON.parse(text);
  expect(exported).toContainEqual(
    expect.objectContaining({ share_id: share?.id, options: '{"replies":"verified"}' }),
  );
});
