import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { approve } from "../../harness/networks/consent.ts";
import { control } from "../../harness/networks/networks.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, shareTo, untilDeletionEnds } from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let person: { id: string };

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
});
afterAll(() => service.stop());

async function read(path: string): Promise<{ status: number; html: string }> {
  const answer = await visitor.get(path);
  return { status: answer.status, html: await answer.text() };
}

/** As a browser says where the link was followed. */
function fromOurs() {
  return { "sec-fetch-site": "same-origin", referer: `${service.address}social/connect/instagram/` };
}

/** Follows our redirect to a network, approves there, and follows it back. @returns where the service then leads */
async function connectByHand(path: string): Promise<string> {
  const out = await visitor.get(path, fromOurs());
  const back = new URL(await approve(out.headers.get("location") ?? ""));
  const answer = await visitor.get(back.pathname + back.search);
  return answer.headers.get("location") ?? `${answer.status} ${await answer.text()}`;
}

test("a network of several ways asks which, and each leads there", async () => {
  const { html } = await read("/social/connect/instagram/?return=/social/");
  const ways = [...html.matchAll(/href="([^"]*way=[^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&"),
  );
  expect(ways).toHaveLength(2);
  const hosts = [];
  for (const way of ways)
    hosts.push(new URL((await visitor.get(way, fromOurs())).headers.get("location") ?? "").port);
  const { instagram, facebook } = service.emulator;
  expect(hosts).toEqual([String(instagram.port), String(facebook.port)]);
});

test("among several Pages the person ticks, and comes back to where they were", async () => {
  const choice = await connectByHand("/social/connect/facebook/?return=/social/history/");
  expect(choice).toMatch(/^\/social\/choose\/[0-9a-f-]{36}\/$/);
  const { html } = await read(choice);
  expect(html).toContain("Harbour Bakery");
  expect(html).toMatch(/disabled[^>]*>.*?Old Mill/s);
  expect((await visitor.post(choice, {})).status).toBe(422);
  const done = await visitor.post(choice, { account: "104523398765432" });
  expect([done.status, done.headers.get("location")]).toEqual([303, "/social/history/"]);
  expect((await read("/social/")).html).toContain("Your Facebook account is connected.");
  expect((await read(choice)).status).toBe(404);
  expect((await read("/social/choose/00000000-0000-4000-8000-000000000000/")).status).toBe(404);
});

test("Check says that an account works, that nobody can tell, or what to do", async () => {
  const { id } = await connectAccount(service.runtime, person, { platform: "twitter" });
  const check = () => visitor.post(`/social/verify/${id}/`, {});
  expect((await check()).headers.get("location")).toBe("/social/");
  expect((await read("/social/")).html).toContain("Your X connection works.");
  await orderFault(service.emulator.twitter, "GET /2/users/me", { kind: "status", status: 503 });
  const unknown = await check();
  expect([unknown.status, await unknown.text()]).toEqual([
    503,
    expect.stringContaining("Could not check with X"),
  ]);
  await control(service.emulator.twitter, "POST", "withdrawals", { username: "ana" });
  await check();
  expect((await read("/social/")).html).toContain("Needs reconnecting");
  const nobody = await visitor.post("/social/verify/00000000-0000-4000-8000-000000000000/", {});
  expect(nobody.status).toBe(404);
});

test("a post is deleted beside its details after asking", async () => {
  const account = await connectAccount(service.runtime, person, { platform: "twitter" });
  const [share] = await shareTo(service.runtime, person, draftFor([account], { message: "To be deleted" }));
  const action = `/social/delete/${share?.id}/`;
  const details = `/social/shares/${share?.id}/`;
  const unfolded = `/social/history/${share?.requestId}/accounts/`;
  expect((await read("/social/history/")).html).toContain(`data-unfold="${unfolded}"`);
  expect((await read(unfolded)).html).toContain(`href="${details}"`);
  expect((await read(details)).html).toContain(`action="${action}"`);
  expect((await visitor.post(action, {})).headers.get("location")).toBe(`/social/share/${share?.requestId}/`);
  await untilDeletionEnds(service.runtime, person, share?.id ?? "");
  const { html } = await read(details);
  expect(html).not.toContain(`action="${action}"`);
  expect(html).toContain("Deleted");
  expect((await read("/social/history/")).html).toContain("Deleted");
  const posts = await postsOn(service.emulator.twitter);
  expect(posts.find(({ text }) => text.startsWith("To be deleted"))?.deleted).toBe(true);
  const result = `/social/share/${share?.requestId}/`;
  // Nothing is in progress any more: the page there says how it ended.
  expect((await visitor.post(`/social/delete/${share?.id}/stop/`, {})).headers.get("location")).toBe(result);
  for (const act of ["", "stop/"]) {
    const nobody = await visitor.post(`/social/delete/00000000-0000-4000-8000-000000000000/${act}`, {});
    expect(nobody.status).toBe(404);
  }
});

test("an access that only the person can renew is told before it ends, and where they share", async () => {
  const account = await connectAccount(service.runtime, person, { platform: "twitter" });
  const ends = (days: number) =>
    service.runtime.database.update(socialConnections).set({
      tokenRenewAfter: null,
      tokenExpiresAt: new Date(Date.now() + days * 86_400_000),
      authorisedAt: new Date(Date.now() + (days - 60) * 86_400_000),
    });
  await ends(40);
  const early = (await read("/social/")).html;
  expect(early).toMatch(/Access ends on \w+,? \d+ \w+/);
  expect(early).not.toContain("Reconnect now");
  await ends(6);
  expect((await read("/social/")).html).toContain("Reconnect now: access ends on");
  const sharing = (await read("/social/share/?url=https://blog.example.com/")).html;
  expect(sharing).toMatch(/permission to post here ends on \w+,? \d+ \w+/);
  await ends(-1);
  const [share] = await shareTo(service.runtime, person, draftFor([account]));
  expect(share).toMatchObject({ status: "reconnect", problem: expect.stringContaining("has expired") });
});

test("the operator, and nobody else, is told what a network will soon want of them", async () => {
  const old = await startTestService({ SOCIAL_LINKEDIN_VERSION: "202511" });
  const ben = { name: "Ben", email: "ben@example.com", password: "a sea of lanterns" };
  await createPerson(old.runtime, ana);
  await createPerson(old.runtime, ben);
  const pages = [];
  for (const login of [ana, ben]) pages.push(await (await signedInVisitor(old, login)).get("/social/"));
  const [operators, others] = await Promise.all(pages.map((page) => page.text()));
  expect(operators).toContain("set SOCIAL_LINKEDIN_VERSION to a newer one");
  expect(others).not.toContain("SOCIAL_LINKEDIN_VERSION");
  await old.stop();
});

test("Instagram is not offered for a page without a picture, and says why", async () => {
  const account = await connectAccount(service.runtime, person, { platform: "instagram", way: "instagram" });
  const { html } = await read("/social/share/?url=https://blog.example.com/");
  expect(html).toContain("Instagram posts need a picture");
  const forced = await visitor.post("/social/share/", {
    url: "https://blog.example.com/",
    account: account.id,
  });
  expect([forced.status, await forced.text()]).toEqual([
    422,
    expect.stringContaining("Instagram posts need a picture"),
  ]);
  const pictured = "/social/share/?url=https://blog.example.com/&image=https://blog.example.com/a.jpg";
  expect((await read(pictured)).html).not.toContain("posts need a picture");
});

test("a person chooses what they are mailed and in which zone they read times", async () => {
  expect(
    (await visitor.post("/account/preferences/", { notices: "sometimes", zone: "UTC", language: "en" }))
      .status,
  ).toBe(422);
  expect(
    (await visitor.post("/account/preferences/", { notices: "all", zone: "Atlantis", language: "en" }))
      .status,
  ).toBe(422);
  const kept = await visitor.post("/account/preferences/", {
    notices: "none",
    zone: "Europe/Lisbon",
    language: "en",
  });
  expect(kept.status).toBe(303);
  const { html } = await read("/account/");
  expect(html).toContain('name="notices" value="none" checked');
  expect(html).toContain('<option value="Europe/Lisbon" selected');
});

test("the navigation says what waits for the person, in words too, until they look", async () => {
  const { database } = service.runtime;
  await database.update(users).set({ outcomesSeenAt: null });
  const connection = await connectAccount(service.runtime, person, { platform: "threads" });
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  await database
    .update(socialShares)
    .set({ status: "failed", updatedAt: new Date() })
    .where(eq(socialShares.id, share?.id ?? ""));
  const waiting = /<span class="waiting">\d+<span class="unseen"> needs? attention<\/span>/;
  expect((await read("/social/")).html).toMatch(waiting);
  expect((await read("/social/history/")).html).not.toMatch(waiting);
  expect((await read("/social/")).html).not.toMatch(waiting);
});
