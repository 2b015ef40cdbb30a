import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { retryShare } from "../../../src/sharing/acts/retry.ts";
import { getShareRequest, listShares } from "../../../src/sharing/record/history.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, postsOn, shareTo, submit, untilSettled } from "../../harness/people/shares.ts";
import { addSomebody } from "../../harness/people/somebody.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
let ana: { id: string };
let mastodon: Connection;

beforeAll(async () => {
  service = await startTestService();
  ana = await addPerson(service.runtime);
  mastodon = await connectAccount(service.runtime, ana, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
});
afterAll(() => service.stop());

async function countOf(url: string): Promise<number> {
  return (await postsOn(service.emulator.mastodon)).filter(({ text }) => text.includes(url)).length;
}

test("a form submitted ten times at once is one share", async () => {
  const draft = draftFor([mastodon]);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => submit(service.runtime, ana, draft)));
  expect(new Set(outcomes).size).toBe(1);
  await untilSettled(service.runtime, ana, outcomes[0] ?? "");
  expect(await countOf(draft.page.url)).toBe(1);
});

test("a page shared to this account before is asked about first, also when its address only tracks otherwise", async () => {
  const draft = draftFor([mastodon]);
  const [first] = await shareTo(service.runtime, ana, draft);
  const tracked = { ...draft.page, url: `${draft.page.url}?utm_source=mail#top` };
  const asked = await submitShares(service.runtime, ana, {
    ...draft,
    page: tracked,
    idempotencyKey: "second",
  });
  expect(asked).toMatchObject({ outcome: "ask" });
  expect(asked.outcome === "ask" && asked.earlier.get(mastodon.id)).toMatchObject({
    shareId: first?.id,
    status: "posted",
  });
  expect(await countOf(draft.page.url)).toBe(1);
  const [second] = await shareTo(service.runtime, ana, {
    ...draft,
    repeat: [mastodon.id],
    idempotencyKey: "third",
  });
  expect(second?.status).toBe("posted");
  expect(await countOf(draft.page.url)).toBe(2);
});

test("two tabs that share one page at the same moment post it once and ask once", async () => {
  const draft = draftFor([mastodon]);
  const outcomes = await Promise.all(
    ["a", "b"].map((idempotencyKey) =>
      submitShares(service.runtime, ana, { ...draft, idempotencyKey: draft.idempotencyKey + idempotencyKey }),
    ),
  );
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["ask", "submitted"]);
});

test("nothing is sent without an account, or with one that is not ours, or with a text that does not fit", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  expect(await submitShares(service.runtime, ana, draftFor([]))).toMatchObject({ outcome: "refused" });
  expect(await submitShares(service.runtime, ben, draftFor([mastodon]))).toMatchObject({
    outcome: "refused",
  });
  const long = draftFor([mastodon], { message: "a".repeat(500) });
  const refused = await submitShares(service.runtime, ana, long);
  expect(refused).toMatchObject({
    outcome: "refused",
    problems: [{ connectionId: mastodon.id, problem: { values: { limit: 500 } } }],
  });
  expect(await countOf(long.page.url)).toBe(0);
});

test("what others shared is not found", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  const [share] = await shareTo(service.runtime, ana, draftFor([mastodon]));
  expect(await getShareRequest(service.runtime, ben, share?.requestId ?? "")).toBeUndefined();
  expect(await retryShare(service.runtime, ben, share?.id ?? "")).toEqual({ outcome: "not-found" });
  expect(await disconnect(service.runtime, ben, mastodon.id)).toBe("not-found");
  expect((await listShares(service.runtime, ben)).shares).toEqual([]);
});

test("the history comes newest first, in pages without gaps", async () => {
  const eva = await addPerson(service.runtime, "Eva");
  const connection = await connectAccount(service.runtime, eva, {
    platform: "mastodon",
    account: "ben",
    server: `social.localhost:${service.emulator.mastodon.port}`,
  });
  const requests: string[] = [];
  for (let index = 0; index < 30; index += 1)
    requests.push(await submit(service.runtime, eva, draftFor([connection], { message: `Number ${index}` })));
  const first = await listShares(service.runtime, eva);
  expect(first.shares).toHaveLength(25);
  const second = await listShares(service.runtime, eva, { before: first.next ?? "" });
  expect(second.next).toBeUndefined();
  expect([...first.shares, ...second.shares].map(({ requestId }) => requestId)).toEqual(requests.reverse());
  await Promise.all(requests.map((id) => untilSettled(service.runtime, eva, id)));
});

test("thousands of accounts are one submit, and all of them are remembered when the page is shared again", async () => {
  const amount = { accounts: 2_000, groups: 1, members: 1, requests: 0, waiting: 0 };
  const eva = await addSomebody(service.runtime, service.address, "Eva", amount);
  // Nothing goes out while the test looks; one in fifty accounts needs reconnecting.
  const at = new Date(Date.now() + 86_400_000);
  const picture = {
    url: "https://blog.example.com/a",
    title: "A",
    description: "",
    image: "https://b.example/c.jpg",
  };
  const draft = { ...draftFor([], { page: picture, at }), searches: [{}] };
  const first = await submitShares(service.runtime, eva, draft);
  expect(first.outcome).toBe("submitted");
  const [{ id } = { id: "" }] = (await listShares(service.runtime, eva, { size: 1 })).shares;
  expect(id).not.toBe("");
  const again = await submitShares(service.runtime, eva, { ...draft, idempotencyKey: "again" });
  expect(again.outcome === "ask" && again.earlier.size).toBe(1_960);
  const rest = { ...draft, idempotencyKey: "rest", earlier: "leave-out" as const };
  expect((await submitShares(service.runtime, eva, rest)).outcome).toBe("refused");
});

test("a form that was submitted is not submitted again with other words, accounts or another time", async () => {
  const draft = draftFor([mastodon]);
  const [first] = await shareTo(service.runtime, ana, draft);
  const again = async (changes: object) => await submitShares(service.runtime, ana, { ...draft, ...changes });
  const requestId = first?.requestId;
  expect(await again({})).toEqual({ outcome: "submitted", requestId });
  expect(await again({ message: "Other words" })).toEqual({ outcome: "used", requestId });
  expect(await again({ ownMessages: { [mastodon.id]: "Other words" } })).toEqual({
    outcome: "used",
    requestId,
  });
  expect(await again({ connectionIds: [] })).toEqual({ outcome: "used", requestId });
  expect(await again({ at: new Date(Date.now() + 86_400_000) })).toEqual({ outcome: "used", requestId });
});
