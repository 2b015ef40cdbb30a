/** What people without an account meet when they press Share. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { listShareWays } from "../../../src/platforms/registry.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const operator = { name: "Olga", email: "olga@example.com", password: "a sea of lanterns" };
const link = { url: "https://blog.example.com/lighthouse?a=1&b=2", title: "The lighthouse & the <well>" };
const sharePage = `/social/share/?${new URLSearchParams(link)}`;

let service: TestService;
let olga: Visitor;
let stranger: Visitor;

beforeAll(async () => {
  service = await startTestService({ SOCIAL_SIGN_UP: "invitation" });
  await createPerson(service.runtime, operator);
  olga = await signedInVisitor(service, operator);
  stranger = createVisitor(service);
});
afterAll(() => service.stop());
beforeEach(async () => {
  await saveRules(
    { visitors: "yes" },
    listShareWays().map(({ name }) => name),
  );
});

async function open(path: string, by = stranger): Promise<string> {
  const answer = await by.get(path);
  const next = answer.headers.get("location");
  return await (next === null ? answer : await by.get(next)).text();
}

function hrefs(html: string): string[] {
  return [...html.matchAll(/ href="([^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&").replaceAll("&#39;", "'"),
  );
}

const control = (path: string) => `http://127.0.0.1:${service.emulator.mastodon.port}/_emulator/${path}`;

async function countCalls(): Promise<number> {
  const calls: unknown = await (await fetch(control("calls"))).json();
  return Array.isArray(calls) ? calls.length : Number.NaN;
}

async function saveRules(changes: Record<string, string>, ways: readonly string[]): Promise<Response> {
  const form = new URLSearchParams({ signUp: "invitation", linkParameters: "", ...changes });
  for (const way of ways) form.append("way", way);
  return await olga.post("/admin/settings/rules/", form);
}

test("they see the page as its link describes it, Sign in, and each network's own page to share it on", async () => {
  const html = await open(sharePage);
  expect(html).toContain("The lighthouse &amp; the &lt;well&gt;");
  expect(html).toContain("Shown as the link describes it.");
  expect(html).toContain("Sign in to share it to your accounts");
  const url = encodeURIComponent(link.url);
  const title = encodeURIComponent(link.title);
  const text = encodeURIComponent(`${link.title}\n\n${link.url}`);
  const own = new URLSearchParams(link);
  expect(hrefs(html)).toEqual(
    expect.arrayContaining([
      `https://x.com/intent/post?url=${url}&text=${title}`,
      `https://www.threads.com/intent/post?url=${url}&text=${title}`,
      `https://www.linkedin.com/sharing/share-offsite/?url=${url}`,
      `https://www.facebook.com/sharer/sharer.php?u=${url}`,
      `/social/share/to/mastodon/?${own}`,
      `https://bsky.app/intent/compose?text=${text}`,
      `https://www.reddit.com/submit?url=${url}&title=${title}`,
      `https://news.ycombinator.com/submitlink?u=${url}&t=${title}`,
      `https://wa.me/?text=${text}`,
      `https://t.me/share/url?url=${url}&text=${title}`,
      `mailto:?subject=${title}&body=${text}`,
    ]),
  );
});

test("for them no page is fetched, no picture is loaded, and links to other sites tell nothing of this one", async () => {
  const shown = `${sharePage}&image=${encodeURIComponent("https://blog.example.com/l.jpg")}`;
  const before = service.log().length;
  const fresh = createVisitor(service);
  const html = await open(shown, fresh);
  expect(html).not.toMatch(/<img[^>]+l\.jpg/);
  expect(service.log().slice(before)).not.toContain("blog.example.com");
  const outward = [...html.matchAll(/<a [^>]*href="https:[^>]*>/g)].map(([tag]) => tag);
  expect(outward.length).toBeGreaterThan(8);
  for (const tag of outward) expect(tag).toContain("noreferrer");
  expect(fresh.cookies()).toEqual([]);
});

test("a link without a title shows the page's host, and a wrong password keeps page and ways", async () => {
  const bare = `/social/share/?${new URLSearchParams({ url: link.url })}`;
  expect(await open(bare)).toContain("blog.example.com");
  const refused = await stranger.post("/login/", { email: "ana@example.com", password: "no", next: bare });
  const html = await refused.text();
  expect(refused.status).toBe(422);
  expect(html).toMatch(/<details class="sign-in" open/);
  expect(html).toContain("Share it without an account here");
});

test("a server is asked for once, by its host alone, and remembered in this browser where they want that", async () => {
  const { port } = service.emulator.mastodon;
  const path = "/social/share/to/mastodon/";
  expect(await open(`${path}?${new URLSearchParams(link)}`)).toContain('placeholder="mastodon.social"');
  const before = await countCalls();
  const server = `mastodon.localhost:${port}`;
  const answer = await stranger.post(path, { ...link, server, remember: "yes" });
  const text = encodeURIComponent(`${link.title}\n\n${link.url}`);
  expect(hrefs(await answer.text())).toContain(`http://${server}/share?text=${text}`);
  expect(await countCalls()).toBe(before);
  expect(await open(`${path}?${new URLSearchParams(link)}`)).toContain(`value="${server}"`);
  await stranger.post(path, { ...link, server });
  expect(await open(`${path}?${new URLSearchParams(link)}`)).not.toContain(`value="${server}"`);
});

test("the page that a handle's server names is taken, in the words of FEP-3b86", async () => {
  const { port } = service.emulator.mastodon;
  const order = async (createIntent: string) =>
    await fetch(control("switches"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ createIntent }),
    });
  const go = async () =>
    hrefs(
      await (
        await stranger.post("/social/share/to/mastodon/", {
          ...link,
          server: `@ana@mastodon.localhost:${port}`,
        })
      ).text(),
    ).find((href) => href.startsWith("http://mastodon"));
  const text = encodeURIComponent(`${link.title}\n\n${link.url}`);
  await order("/compose?body={content}&heading={name}&then={on-success}");
  expect(await go()).toBe(`http://mastodon.localhost:${port}/compose?body=${text}&heading=&then=`);
  await order("");
  expect(await go()).toBe(`http://mastodon.localhost:${port}/share?text=${text}`);
  await order("/share?text={content}");
});

test("what is no server, or no page, is said in words with everything kept", async () => {
  const refused = await stranger.post("/social/share/to/mastodon/", { ...link, server: "no server" });
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(html).toContain("That is not a Mastodon address.");
  expect(html).toContain('value="no server"');
  expect((await stranger.get("/social/share/to/mastodon/")).status).toBe(400);
  expect((await stranger.get(`/social/share/to/twitter/?${new URLSearchParams(link)}`)).status).toBe(404);
  expect((await stranger.get(`/social/share/to/nowhere/?${new URLSearchParams(link)}`)).status).toBe(404);
});

test("the operator says where people ask for an invitation, and that is shown wherever one is needed", async () => {
  const saved = await saveRules({ visitors: "yes", invitationContact: "hello@example.com" }, ["email"]);
  expect(saved.status).toBe(303);
  for (const path of [sharePage, "/login/", "/sign-up/"])
    expect(hrefs(await open(path)), path).toContain("mailto:hello@example.com");
  const refused = await saveRules({ visitors: "yes", invitationContact: "somewhere" }, ["email"]);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("Enter an email address, or a web address");
});

test("the operator chooses the ways, and whether to offer them at all", async () => {
  await saveRules({ visitors: "yes" }, ["mastodon", "email"]);
  const some = hrefs(await open(sharePage));
  expect(some.filter((href) => href.startsWith("https:"))).toEqual([link.url]);
  expect(some.some((href) => href.startsWith("mailto:"))).toBe(true);
  await saveRules({}, ["mastodon", "email"]);
  const none = await open(sharePage);
  expect(none).not.toContain("Share it without an account here");
  expect(none).toContain("Forgot your password?");
  expect((await stranger.get(`/social/share/to/mastodon/?${new URLSearchParams(link)}`)).status).toBe(404);
});
