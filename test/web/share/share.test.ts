import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { orderFault, postsOn, untilSettled } from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let connectionId: string;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  connectionId = (await connectAccount(service.runtime, person, { platform: "twitter" })).id;
});
afterAll(() => service.stop());

function fillIn(changes: Record<string, string> = {}): Record<string, string> {
  return {
    url: `https://blog.example.com/${randomUUID()}`,
    title: "Why we moved",
    message: "Worth a read",
    account: connectionId,
    idempotency_key: randomUUID(),
    ...changes,
  };
}

async function post(
  form: Record<string, string>,
): Promise<{ status: number; html: string; location: string }> {
  const answer = await visitor.post("/social/share/", form);
  return { status: answer.status, html: await answer.text(), location: answer.headers.get("location") ?? "" };
}

test("the count tells how long the message is on the chosen network, and in words that it is too long", async () => {
  const count = async (changes: Record<string, string>) =>
    await (await visitor.post("/social/share/count/", fillIn(changes))).text();
  // Beside it two line ends and the link, which X counts as 23 whatever its length.
  expect(await count({ message: "a".repeat(170) })).not.toContain("of 280");
  expect(await count({ message: "a".repeat(171) })).toContain("196 of 280");
  expect(await count({ message: `${"a".repeat(169)}\r\nb` })).toContain("196 of 280");
  expect(await count({ message: "a".repeat(256) })).toContain("1 character too many (281 of 280)");
  expect(await count({ account: "", message: "a".repeat(300) })).not.toContain("280");
  expect(await count({ account: randomUUID(), message: "a".repeat(300) })).not.toContain("280");
});

test("a message that is too long is refused with everything kept, and nothing is shared", async () => {
  const form = fillIn({ message: `Much <too> long ${"a".repeat(300)}` });
  const { status, html } = await post(form);
  expect(status).toBe(422);
  expect(html).toContain("Much &lt;too&gt; long aaa");
  expect(html).toContain(`value="${form.idempotency_key}"`);
  expect(html).toMatch(new RegExp(`value="${connectionId}" checked`));
  expect(html).toMatch(/\d+ characters too many for X/);
  const shared = (await postsOn(service.emulator.twitter)).map(({ text }) => text);
  expect(shared.filter((text) => text.includes(form.url ?? ""))).toEqual([]);
});

test("without an account chosen the page says so", async () => {
  const { status, html } = await post(fillIn({ account: "" }));
  expect(status).toBe(422);
  expect(html).toContain("Choose at least one account");
});

test("the same page again is asked about, under the same key, and shared when the person says so", async () => {
  const form = fillIn();
  const first = await post(form);
  expect(first.status).toBe(303);
  await untilSettled(service.runtime, person, first.location.split("/")[3] ?? "");

  const again = { ...form, message: "Still worth it", idempotency_key: randomUUID() };
  const asked = await post(again);
  expect(asked.status).toBe(409);
  expect(asked.html).toMatch(/Shared on \d+ \w+/);
  expect(asked.html).toContain("Share again to this account");
  expect(asked.html).toContain(`name="repeat" value="${connectionId}"`);
  expect(asked.html).toContain(`value="${again.idempotency_key}"`);
  expect(asked.html).toContain("Still worth it");

  const confirmed = await post({ ...again, repeat: connectionId });
  expect(confirmed.status).toBe(303);
  expect((await post({ ...again, repeat: connectionId })).location).toBe(confirmed.location);
  await untilSettled(service.runtime, person, confirmed.location.split("/")[3] ?? "");
});

test("a page that is only to come is not said to have been shared", async () => {
  const form = fillIn();
  const at = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  expect((await post({ ...form, when: "later", at, zone: "UTC" })).status).toBe(303);
  const asked = await post({ ...form, idempotency_key: randomUUID() });
  expect(asked.status).toBe(409);
  expect(asked.html).toContain("this page is already scheduled");
});

test("the result asks for itself again until it is settled, with or without JavaScript", async () => {
  await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "delay", ms: 1_500 });
  const { location } = await post(fillIn({ message: "Slowly now" }));
  const open = await (await visitor.get(location)).text();
  expect(open).toContain(`hx-get="${location}outcomes/"`);
  expect(open).toMatch(/<noscript><meta http-equiv="refresh"/);
  await untilSettled(service.runtime, person, location.split("/")[3] ?? "");
  const settled = await (await visitor.get(`${location}outcomes/`)).text();
  expect(settled).toContain("Posted");
  expect(settled).not.toContain("hx-get");
  expect(await (await visitor.get(location)).text()).not.toContain("http-equiv");
});

test("a text that is too long for one network is offered cut to fit, and goes out once the person agrees", async () => {
  const words = `Ships ${"and more ships ".repeat(25)}`;
  const form = fillIn({ message: words });
  const { status, html } = await post(form);
  expect(status).toBe(422);
  const offered = new RegExp(`name="message-${connectionId}"[^>]*>([^<]*)`).exec(html)?.[1] ?? "";
  expect(offered).toMatch(/^Ships and more ships .* (?:ships|and|more)…$/s);
  expect(html).toContain("Shortened to fit");
  expect(html).toMatch(/Left out:<[^>]*>|Left out: <del/);
  const shortened = { ...form, [`message-${connectionId}`]: offered, cut: connectionId };
  const unread = await post(shortened);
  expect(unread.status).toBe(422);
  expect(unread.html).toContain("Read the shortened texts");
  expect(unread.html).toMatch(/Left out:<[^>]*>|Left out: <del/);
  const again = await post({ ...shortened, seen: connectionId });
  expect(again.status).toBe(303);
  await untilSettled(service.runtime, person, again.location.split("/")[3] ?? "");
  const texts = (await postsOn(service.emulator.twitter)).map(({ text }) => text);
  expect(texts.some((text) => text.startsWith(offered))).toBe(true);
});

test("a scheduled share keeps what was written for one account alone", async () => {
  const at = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
  const own = "Only for this account";
  const form = fillIn({ when: "later", at, zone: "UTC", [`message-${connectionId}`]: own });
  const { location } = await post(form);
  const edit = await (await visitor.get(`${location}edit/`)).text();
  expect(edit).toMatch(new RegExp(`name="message-${connectionId}"[^>]*>${own}<`));
  await visitor.post(`${location}cancel/`, {});
});

test("what the network refused is changed where it was written, and shared then", async () => {
  await orderFault(service.emulator.twitter, "POST /2/tweets", {
    kind: "status",
    status: 403,
    body: { title: "Forbidden", detail: "You are not allowed to create a Tweet.", status: 403 },
  });
  const form = fillIn({ message: "Words that X dislikes" });
  const { location } = await post(form);
  await untilSettled(service.runtime, person, location.split("/")[3] ?? "");
  const result = await (await visitor.get(location)).text();
  const [, link = ""] = /href="([^"]+)"[^>]*>Change and share/.exec(result) ?? [];
  const page = await (await visitor.get(link.replaceAll("&amp;", "&"))).text();
  expect(page).toContain("Words that X dislikes</textarea>");
  expect(page).toMatch(new RegExp(`value="${connectionId}" checked`));
  expect(page).toContain(`name="url" value="${form.url}"`);
  // Nobody reads in it what another person wrote.
  const ben = { name: "Ben", email: "ben@example.com", password: "another sea of lanterns" };
  await createPerson(service.runtime, ben);
  const other = await signedInVisitor(service, ben);
  expect(await (await other.get(link.replaceAll("&amp;", "&"))).text()).not.toContain("dislikes");
});

test("the browser's time zone is learned from the first visit on, and only where none was chosen", async () => {
  const zoneOf = async () =>
    (await service.runtime.database.select().from(users)).find(({ id }) => id === person.id)?.timeZone;
  await service.runtime.database.update(users).set({ timeZone: null });
  const first = await visitor.get("/social/");
  expect(await first.text()).toContain('<meta name="zone"');
  expect((await visitor.post("/zone/", { zone: "Not/A_Zone" })).status).toBe(400);
  const kept = await visitor.post("/zone/", { zone: "Asia/Kolkata" });
  expect(kept.status).toBe(204);
  expect(kept.headers.get("set-cookie")).toMatch(/zone=[^;]+(?=.*; HttpOnly)(?=.*; Max-Age=31536000)/i);
  const page = await (await visitor.get(`/social/share/?url=https://blog.example.com/zone`)).text();
  expect(page).not.toContain('<meta name="zone"');
  expect(page).toContain('data-zone="Asia/Kolkata"');
  expect(await zoneOf()).toBe("Asia/Kolkata");
  await visitor.post("/zone/", { zone: "Asia/Tokyo" });
  await visitor.get("/social/");
  expect(await zoneOf()).toBe("Asia/Kolkata");
});

test("a quick time goes out as it was offered, and one that has passed is refused with what was written", async () => {
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const { status, location } = await post(fillIn({ when: at }));
  expect(status).toBe(303);
  await visitor.post(`${location}cancel/`, {});
  const late = await post(fillIn({ when: new Date(Date.now() - 1_000).toISOString(), message: "Kept" }));
  expect(late.status).toBe(422);
  expect(late.html).toContain("This time has passed");
  expect(late.html).toContain("Kept</textarea>");
  // What cannot be read does not go out at once.
  expect((await post(fillIn({ when: "tonight" }))).status).toBe(422);
});
