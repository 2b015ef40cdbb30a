/** The operator's pages: what they show is true, and changes take effect. */
import { eq } from "drizzle-orm";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { auditEvents, settings, socialShares, users } from "../../../src/database/schema.ts";
import { removeSecondFactor } from "../../../src/people/second-factor/recovery.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { platformNames } from "../../../src/platforms/platform.ts";
import { aboutPlatform } from "../../../src/platforms/registry.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { setUpCodes } from "../../harness/people/codes.ts";
import { draftFor, orderFault, shareTo, submit } from "../../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const olga = { name: "Olga", email: "olga@example.com", password: "a bell in the fog" };
const ben = { name: "Ben Ode", email: "ben@example.com", password: "seven green kites" };

let service: TestService;
let operator: Visitor;
let benId: string;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, olga);
  await createPerson(service.runtime, ben);
  operator = await signedInVisitor(service, olga);
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, ben.email));
  benId = row?.id ?? "";
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(settings);
  await service.runtime.settings.reread();
});

const textOf = async (path: string, visitor = operator) => (await visitor.get(path)).text();

test("the set-up of each network shows its addresses, its settings without their values, and the steps", async () => {
  for (const name of platformNames) {
    const page = await textOf(`/admin/setup/${name}/`);
    expect(page).toContain(`Set up ${aboutPlatform(name).label}`);
    if (aboutPlatform(name).server === undefined)
      expect(page).toMatch(
        new RegExp(
          `value="${service.address}social/callback/${name}/"[^]*only reachable on this machine[^]*id="settings"`,
        ),
      );
    expect(page).not.toContain("share.example.com");
    expect(page).not.toContain(":4100");
    expect(page).not.toContain("sharewell-demo-secret");
    expect(page).toContain('<h2 id="steps">The steps</h2><');
  }
  expect(await textOf("/admin/setup/facebook/")).toContain("/social/callback/facebook/deauthorize/");
  expect((await operator.get("/admin/setup/myspace/")).status).toBe(404);
});

test.each([
  ["de", "Die Schritte", "Melde dich unter"],
  ["fr", "Les étapes", "Connectez-vous sur"],
  ["es", "Los pasos", "Inicia sesión en"],
])("the steps are told in %s", async (language, heading, words) => {
  const answer = await operator.get("/admin/setup/facebook/", { "accept-language": language });
  const page = await answer.text();
  expect(page).toContain(`<h2 id="steps">${heading}</h2>`);
  expect(page).toContain(words);
  expect(page).not.toContain("share.example.com");
});

test.each(
  platformNames.filter((name) => aboutPlatform(name).server === undefined),
)("the test of %s tells a right secret from a wrong one", async (name) => {
  const right = await (await operator.post(`/admin/setup/${name}/test/`, {})).text();
  expect(right).toContain("knows the app, and its secret is right");
  const secrets = service.runtime.platforms
    .listSettings(name)
    .filter(({ name: setting, isSet }) => setting.endsWith("_SECRET") && isSet);
  const wrong = await startTestService(Object.fromEntries(secrets.map((setting) => [setting.name, "wrong"])));
  try {
    await createPerson(wrong.runtime, olga);
    const visitor = await signedInVisitor(wrong, olga);
    const answer = await (await visitor.post(`/admin/setup/${name}/test/`, {})).text();
    expect(answer).not.toContain("its secret is right");
    expect(answer).toMatch(/<h1>[^<]*<\/h1><p class="state bad">/);
  } finally {
    await wrong.stop();
  }
});

test("the test of a server tells one that answers from one that does not", async () => {
  const { port } = service.emulator.mastodon;
  const there = await operator.post("/admin/setup/mastodon/test/", { server: `mastodon.localhost:${port}` });
  expect(await there.text()).toContain("People can connect their accounts on");
  const gone = await operator.post("/admin/setup/mastodon/test/", { server: "nowhere.invalid" });
  expect(await gone.text()).not.toContain("People can connect");
});

test("the checks find what is good and what is not", async () => {
  const page = await textOf("/admin/setup/?checks=now");
  expect(page).toContain("only reachable on this machine");
  expect(page).toMatch(/id="check-database"><p class="state good">/);
  expect(page).toMatch(/id="check-clock"><p class="state good">/);
  expect(await textOf("/admin/setup/")).toContain("Checking…");
  expect(await textOf("/admin/setup/checks/")).not.toContain("<html");
});

test("only this service can show that its public address leads to it", async () => {
  const one = await textOf("/reach/abc", createVisitor(service));
  expect(one).toMatch(/^[\w-]{43}$/);
  expect(await textOf("/reach/abd", createVisitor(service))).not.toBe(one);
  expect((await createVisitor(service).get("/reach/a.b")).status).toBe(404);
});

test("the service's name is on every page at once, and in its mails", async () => {
  await operator.post("/admin/settings/look/", { appName: "Example Shares", accent: "#112233" });
  expect(await textOf("/login/", createVisitor(service))).toContain(
    "<title>Sign in · Example Shares</title>",
  );
  await createVisitor(service).post("/login/link/", { email: ben.email });
  await service.runtime.people.background.settled();
  expect(service.letters.map(({ subject }) => subject).join("\n")).toContain("Example Shares");
  expect((await operator.post("/admin/settings/look/", { appName: " ", accent: "#112233" })).status).toBe(
    422,
  );
});

test.each(["#ffee00", "#000000", "#ff0000", "#0b6b5e"])("the colour %s is made readable", async (accent) => {
  await operator.post("/admin/settings/look/", { appName: "Sharewell", accent });
  const path = /href="(\/look\/\w+\/accent\.css)"/.exec(await textOf("/social/"))?.[1] ?? "";
  const style = await textOf(path, createVisitor(service));
  const [, light = "", dark = ""] = /--accent: light-dark\((#\w{6}), (#\w{6})\)/.exec(style) ?? [];
  expect(contrast(light, "#ffffff")).toBeGreaterThanOrEqual(4.5);
  expect(contrast(light, "#f3f6f4")).toBeGreaterThanOrEqual(4.5);
  expect(contrast(dark, "#161e1c")).toBeGreaterThanOrEqual(4.5);
});

test("a logo is shown small, and what is no picture is refused", async () => {
  const picture = await sharp({ create: { width: 900, height: 300, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
  const send = async (bytes: Uint8Array<ArrayBuffer>) => {
    const form = new FormData();
    form.set("appName", "Sharewell");
    form.set("accent", "#0b6b5f");
    form.set("logo", new File([bytes], "logo.jpg"));
    return await operator.postForm("/admin/settings/look/", form);
  };
  expect((await send(new Uint8Array(picture))).status).toBe(303);
  const path =
    /src="(\/look\/\w+\/logo\.png)"/.exec(await textOf("/login/", createVisitor(service)))?.[1] ?? "";
  const shown = await createVisitor(service).get(path);
  expect((await sharp(await shown.arrayBuffer()).metadata()).height).toBe(96);
  const large = await sharp({ create: { width: 7_000, height: 10, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  expect(await (await send(new Uint8Array(large))).text()).toContain("too many pixels");
  const heavy = await send(new Uint8Array(4_500_000));
  expect(heavy.status).toBe(422);
  expect(await heavy.text()).toContain("Use a logo of at most 4 MB.");
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  for (const text of ["not a picture", drawing]) {
    const refused = await send(new TextEncoder().encode(text));
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("We cannot read this picture");
  }
});

test("without a look of one's own there are no files of it", async () => {
  for (const path of ["/look/0123456789abcdef/accent.css", "/look/0123456789abcdef/logo.png"])
    expect((await createVisitor(service).get(path)).status).toBe(404);
  expect(await textOf("/admin/settings/")).not.toContain("Remove the logo");
});

test("who may sign up is changed while the service runs", async () => {
  const rules = { signUp: "closed", linkParameters: "", "price-twitter": "", "currency-twitter": "USD" };
  await operator.post("/admin/settings/rules/", rules);
  expect((await createVisitor(service).get("/sign-up/")).status).toBe(403);
  await operator.post("/admin/settings/rules/", { ...rules, signUp: "open" });
  expect((await createVisitor(service).get("/sign-up/")).status).toBe(200);
});

test("a price that cannot be read is refused, and a good one is kept", async () => {
  const rules = { signUp: "open", linkParameters: "", "currency-twitter": "usd" };
  const bad = await operator.post("/admin/settings/rules/", { ...rules, "price-twitter": "a lot" });
  expect(bad.status).toBe(422);
  await operator.post("/admin/settings/rules/", { ...rules, "price-twitter": "0,20" });
  expect(service.runtime.settings.current().postPrices).toEqual({
    twitter: { amount: 0.2, currency: "USD" },
  });
});

test("what was typed into a refused form is still there", async () => {
  const look = { appName: "x".repeat(61), accent: "#123456" };
  for (const path of ["/admin/settings/look/", "/admin/welcome/"]) {
    const refused = await (await operator.post(path, look)).text();
    expect(refused).toContain(`value="${look.appName}"`);
    expect(refused).toContain('value="#123456"');
  }
  const rules = { signUp: "closed", linkParameters: "ref={site}", "price-twitter": "a lot" };
  const form = { ...rules, publicCounts: "yes", "currency-twitter": "gold" };
  const refused = await (await operator.post("/admin/settings/rules/", form)).text();
  for (const typed of ["ref={site}", "a lot", "gold"]) expect(refused).toContain(`value="${typed}"`);
  // Each invalid field says what is wrong with it; the first one has the focus.
  for (const name of ["linkParameters", "price-twitter", "currency-twitter"]) {
    expect(refused).toMatch(
      new RegExp(`name="${name}"[^>]* aria-invalid="true" aria-describedby="${name}-problem"`),
    );
    expect(refused).toContain(`<p class="note bad" id="${name}-problem">`);
  }
  expect(refused.match(/ autofocus/g)).toHaveLength(1);
  expect(refused).toMatch(/name="linkParameters"[^>]* autofocus/);
  expect(refused).toMatch(/value="closed"[^>]* checked/);
  expect(refused).toMatch(/name="publicCounts"[^>]* checked/);
});

test("who is blocked is out at once, cannot come back, and shares nothing more", async () => {
  const visitor = await signedInVisitor(service, ben);
  const connection = await connectAccount(service.runtime, { id: benId }, { platform: "linkedin" });
  await submit(
    service.runtime,
    { id: benId },
    draftFor([connection], { at: new Date(Date.now() + 86_400_000) }),
  );
  expect((await operator.post(`/admin/people/${benId}/block/`, {})).status).toBe(303);
  expect((await visitor.get("/social/")).status).toBe(303);
  const again = await createVisitor(service).post("/login/", ben);
  expect(again.status).toBe(422);
  expect(await again.text()).toContain("This account is blocked");
  const shares = await service.runtime.database
    .select()
    .from(socialShares)
    .where(eq(socialShares.userId, benId));
  expect(shares.map(({ status }) => status)).toEqual(["cancelled"]);
  expect(await textOf("/admin/people/")).toContain("Blocked since");
  await operator.post(`/admin/people/${benId}/unblock/`, {});
  expect((await createVisitor(service).post("/login/", ben)).status).toBe(303);
});

test("who lost app and codes is let in by the password again once the operator turned them off", async () => {
  const visitor = await signedInVisitor(service, ben);
  await setUpCodes({ login: ben, visitor });
  expect(await textOf("/admin/people/")).toContain("Two-step sign-in is on.");
  const turnOff = () => operator.post(`/admin/people/${benId}/second-factor/`, {});
  expect((await visitor.post(`/admin/people/${benId}/second-factor/`, {})).status).toBe(404);
  expect((await turnOff()).status).toBe(303);
  const again = await createVisitor(service).post("/login/", ben);
  expect(again.headers.get("location")).toBe("/social/");
  expect((await turnOff()).status).toBe(404);
  expect(await textOf("/admin/audit/")).toContain("Turned off somebody’s two-step sign-in");
});

test("the role goes to another, and never from the last one", async () => {
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, olga.email));
  const alone = await operator.post(`/admin/people/${row?.id}/role/`, { role: "person" });
  expect(alone.status).toBe(409);
  expect(await alone.text()).toContain("First make another person operator");
  await operator.post(`/admin/people/${benId}/role/`, { role: "operator" });
  const visitor = await signedInVisitor(service, ben);
  expect((await visitor.get("/admin/audit/")).status).toBe(200);
  await operator.post(`/admin/people/${benId}/role/`, { role: "person" });
  expect((await visitor.get("/admin/audit/")).status).toBe(404);
  expect((await visitor.get("/admin/")).status).toBe(404);
});

test("the state tells what waits, how the networks answered and what went wrong", async () => {
  await createPerson(service.runtime, {
    name: "Eva",
    email: "eva@example.com",
    password: "a lamp in the hall",
  });
  const [eva] = await service.runtime.database.select().from(users).where(eq(users.email, "eva@example.com"));
  const person = { id: eva?.id ?? "" };
  const connection = await connectAccount(service.runtime, person, { platform: "twitter", account: "ben" });
  await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "revoke-token" });
  await shareTo(service.runtime, person, draftFor([connection]));
  await service.runtime.calls.flush();
  const page = await textOf("/admin/state/");
  expect(page).toMatch(/PostgreSQL \d+/);
  expect(page.replaceAll(/<[^>]+>/g, " ")).toMatch(/ X\s+Calls\s+[1-9]/);
  expect(page).toContain("Recent problems");
  expect(await textOf("/admin/setup/twitter/")).toContain("Recent problems");
});

test("an open invitation is listed, and taken back it works no longer", async () => {
  const invited = await (await operator.post("/admin/people/", { email: "dora@example.com" })).text();
  const link = new URL(/value="(http[^"]*sign-up[^"]*)"/.exec(invited)?.[1] ?? "");
  expect(invited).toContain("Open invitations");
  const id = /action="\/admin\/people\/invitations\/([\w-]+)\/end\/"/.exec(invited)?.[1] ?? "";
  const takeBack = () => operator.post(`/admin/people/invitations/${id}/end/`, {});
  const visitor = createVisitor(service);
  expect(await textOf(link.pathname + link.search, visitor)).toContain("dora@example.com");
  expect((await takeBack()).status).toBe(303);
  expect(await textOf("/admin/people/")).not.toContain("dora@example.com");
  expect(await textOf(link.pathname + link.search, visitor)).not.toContain("dora@example.com");
  expect((await takeBack()).status).toBe(404);
  expect(await textOf("/admin/audit/")).toContain("Revoked an invitation");
});

test("the audit log names people and settings, keeps silent of what did not change, and knows the command line", async () => {
  const rules = { signUp: "closed", linkParameters: "", "currency-twitter": "usd" };
  await operator.post("/admin/settings/rules/", rules);
  await operator.post(`/admin/people/${benId}/block/`, {});
  await operator.post(`/admin/people/${benId}/unblock/`, {});
  await service.runtime.database.update(users).set({ twoFactorEnabled: true }).where(eq(users.id, benId));
  await removeSecondFactor(service.runtime, benId);
  const page = (await textOf("/admin/audit/")).replaceAll(/<[^>]+>/g, " ");
  expect(page).toMatch(/Blocked somebody\s+ben@example\.com/);
  expect(page).toMatch(/Changed a setting\s+Who may sign up/);
  expect(page).toContain("at the command line");
  const count = () =>
    service.runtime.database.$count(auditEvents, eq(auditEvents.action, "settings.changed"));
  const before = await count();
  await operator.post("/admin/settings/rules/", rules);
  expect(await count()).toBe(before);
});

test("the audit log tells who did what, and goes back", async () => {
  await operator.post("/account/name/", { name: "Olga" });
  const page = await textOf("/admin/audit/");
  expect(page).toContain("Changed their name");
  expect(page).toContain(olga.email);
  const past = await textOf(`/admin/audit/?before=0_${crypto.randomUUID()}`);
  expect(past).not.toContain("Changed their name");
});

test("the audit log tells what was refused, in words, and apart from what people did", async () => {
  await operator.post("/account/name/", { name: "Olga" });
  const stranger = createVisitor(service);
  await stranger.post("/login/", { email: olga.email, password: "a wild guess" });
  await stranger.post("/login/", { email: "someone@example.com", password: "a wild guess" });
  service.runtime.people.refusals.record({
    ...{ action: "person.limit-reached", ipAddress: "203.0.113.9", limit: "link-use" },
  });
  await service.runtime.people.background.settled();
  const wordsOf = async (path: string) => (await textOf(path)).replaceAll(/<[^>]+>/g, " ");
  const all = await wordsOf("/admin/audit/");
  expect(all).toContain("Changed their name");
  const refused = await wordsOf("/admin/audit/?only=refused");
  for (const page of [all, refused]) {
    expect(page).toMatch(/Failed to sign in\s+olga@example\.com/);
    expect(page).toMatch(/Failed to sign in\s+an address without an account \([0-9a-f]{12}\)/);
    expect(page).toMatch(/Tried too often and has to wait\s+Links sent by email/);
    expect(page).not.toContain("someone@example.com");
  }
  expect(refused).not.toContain("Changed their name");
  const done = await wordsOf("/admin/audit/?only=done");
  expect(done).toContain("Changed their name");
  expect(done).not.toContain("Failed to sign in");
});

test("the first person names the service before anything else, or leaves it", async () => {
  const fresh = await startTestService();
  try {
    const first = createVisitor(fresh);
    const signedUp = await first.post("/sign-up/", olga);
    expect(signedUp.headers.get("location")).toBe("/admin/welcome/");
    expect(await (await first.get("/admin/welcome/")).text()).toContain("Welcome, Olga");
    const named = await first.post("/admin/welcome/", { appName: "Olga’s shares", accent: "#aa3366" });
    expect(named.headers.get("location")).toBe("/admin/welcome/sites/");
    for (const path of ["/admin/welcome/sites/", "/admin/sites/"])
      expect(await (await first.get(path)).text()).toContain(`${fresh.address}button.js`);
    expect(await (await first.get("/social/")).text()).toContain("Olga’s shares");
    const untouched = { signUp: fresh.runtime.config.signUp, linkParameters: "", "price-twitter": "" };
    await first.post("/admin/settings/rules/", { ...untouched, "currency-twitter": "USD" });
    expect(await (await first.get("/admin/audit/")).text()).not.toContain("Prices of posts");
    const second = createVisitor(fresh);
    await second.post("/sign-up/", { email: ben.email });
    await fresh.runtime.people.background.settled();
    const token = /token=([\w-]+)/.exec(fresh.letters.at(-1)?.text ?? "")?.[1] ?? "";
    const made = await second.post("/sign-up/", { ...ben, token });
    expect(made.headers.get("location")).toBe("/social/");
  } finally {
    await fresh.stop();
  }
});

/** WCAG 2.2's contrast of two colours, computed here with its formula. */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [one, other].map(luminance).toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
