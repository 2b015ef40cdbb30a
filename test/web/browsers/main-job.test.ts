/** The main job, the composer and the button in the browsers that are not Chromium: `npm run browsers`. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { person, shareLink } from "../../harness/browser/browser.ts";
import { openFirefox } from "../../harness/browser/others/firefox.ts";
import { Tab } from "../../harness/browser/others/tab.ts";
import { openWebkit } from "../../harness/browser/others/webkit.ts";
import { freePort } from "../../harness/networks/networks.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { postsOn } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

const browsers = [
  ["Firefox", openFirefox],
  ["WebKitGTK", async () => openWebkit(await freePort())],
] as const;

const message = { selector: "textarea[name=message]" };
const all = { selector: ".account-toggles [data-members]", name: "All" };
const share = { selector: "main form[data-draft] button.primary[type=submit]" };

describe.each(browsers)("%s", (_name, start) => {
  let service: TestService;
  let tab: Tab;
  let site: Server;
  let siteAddress: string;

  beforeAll(async () => {
    service = await startTestService();
    await createPerson(service.runtime, person);
    const [ana] = await service.runtime.database.select({ id: users.id }).from(users);
    await connectAccount(service.runtime, { id: ana?.id ?? "" }, { platform: "twitter" });
    tab = new Tab(await start());
    const port = await freePort();
    siteAddress = `http://127.0.0.1:${port}/`;
    site = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<!doctype html><html lang="en"><title>Tides</title><link rel="canonical" href="https://blog.example.com/tides">
         <script type="module" src="${service.address}button.js"></script><p><share-button></share-button></p></html>`,
      );
    });
    await new Promise<void>((done) => site.listen(port, "127.0.0.1", done));
    await signIn();
  });
  afterAll(async () => {
    await tab.close();
    site.close();
    await service.stop();
  });

  async function signIn(): Promise<void> {
    await tab.open(service.address);
    await tab.fill({ selector: "input[name=email]" }, person.email);
    await tab.fill({ selector: "input[name=password]" }, person.password);
    await tab.click({ selector: "button.primary[type=submit]", name: "Sign in" });
    await tab.until('location.pathname === "/social/"');
    await tab.open(`${service.address}social/connect/mastodon/`);
    await tab.fill(
      { selector: "input[name=server]" },
      `mastodon.localhost:${service.emulator.mastodon.port}`,
    );
    await tab.click({ selector: "button.primary", name: "Continue" });
    await tab.click({ selector: "button", name: "Approve" });
    await tab.see("Your Mastodon account is connected.");
  }

  const chip = (network: string) => ({ selector: "label.account-chip input", name: `on ${network}` });
  const boxes = (state: string) => `document.querySelectorAll("input[name=account]${state}").length`;
  const says = (words: string) =>
    tab.until(`document.querySelector(".send .button").innerText.includes(${JSON.stringify(words)})`);

  /** Opens the share page with the Mastodon account alone ticked. */
  async function compose(slug: string): Promise<void> {
    await tab.open(shareLink(service, { url: `https://blog.example.com/${slug}`, title: `About ${slug}` }));
    await tab.until(`${boxes("")} === 2`);
    const ticked = "document.querySelector('.account-toggles [data-members]').ariaPressed";
    if ((await tab.read(ticked)) !== "true") await tab.click(all);
    await says("Share to 2 accounts");
    await tab.click(chip("X"));
    await says("Share to 1 account");
  }

  test("a page is shared with a message, and the result follows by itself", async () => {
    await compose("lighthouse");
    await tab.fill(message, "Written in another browser.");
    await tab.click(share);
    await tab.until("document.querySelector('h1')?.innerText === 'Shared'");
    const posts = await waitFor("the post", async () => {
      const found = await postsOn(service.emulator.mastodon);
      return found.some(({ text }) => text.includes("Written in another browser.")) ? found : undefined;
    });
    expect(posts.filter(({ text }) => text.includes("another browser"))).toHaveLength(1);
  });

  test("the composer keeps its draft through a reload, draws the post, and does not scroll sideways", async () => {
    await compose("draft");
    await tab.fill(message, "Not finished");
    await tab.until("Object.values(sessionStorage).join().includes('Not finished')");
    await tab.open(shareLink(service, { url: "https://blog.example.com/draft", title: "About draft" }));
    await tab.until("document.querySelector('textarea[name=message]')?.value === 'Not finished'");
    await tab.until("document.querySelector('.post-preview')?.innerText.includes('Not finished')");
    expect(
      await tab.read("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
    ).toBe(0);
  });

  test("chips tick one account and all, each network's post is drawn, and a quick time schedules it", async () => {
    await compose("quick");
    await tab.until("document.querySelectorAll('.preview-tabs > li').length === 1");
    await tab.click(chip("X"));
    await says("Share to 2 accounts");
    await tab.click(all);
    await tab.until(`${boxes(":checked")} === 0`);
    await tab.click(all);
    await tab.fill(message, "For both of them");
    const post = (network: string) => `document.querySelector("#preview-of-${network} .post-preview")`;
    for (const network of ["twitter", "mastodon"]) {
      await tab.click({ selector: `#preview-of-${network} input` });
      await tab.until(`${post(network)}.innerText.includes("For both of them")`);
      await tab.until(`${post(network)}.getBoundingClientRect().height > 40`);
    }
    await tab.click({ selector: ".when-choice .chip input", name: "In an hour" });
    await says("Schedule for");
    await tab.click(share);
    await tab.until("document.querySelector('h1')?.innerText === 'Scheduled'");
    await tab.see("For both of them");
    expect(await tab.read("document.querySelectorAll('.outcome').length")).toBe(2);
  });

  test("the button on a site opens its menu, closes it by Escape, and leads to the share page", async () => {
    await tab.open(siteAddress);
    await tab.click({ selector: "button.more", inside: "share-button" });
    const expanded = "document.querySelector('share-button').shadowRoot.querySelector('.more').ariaExpanded";
    if (
      (await tab.read(`document.querySelector('share-button').shadowRoot.querySelector('.more').hidden`)) !==
      true
    ) {
      await tab.until(`${expanded} === 'true'`);
      await tab.press(["\uE00C"]);
      await tab.until(`${expanded} === 'false'`);
    }
    const href = await tab.read("document.querySelector('share-button').shadowRoot.querySelector('a').href");
    await tab.open(String(href));
    await tab.see("Tides");
    expect(await tab.read("new URL(location).searchParams.get('url')")).toBe(
      "https://blog.example.com/tides",
    );
  });

  test.each([
    "social/",
    "social/history/",
    "account/",
    "admin/settings/",
    "admin/sites/",
    "privacy/",
  ])("nothing on %s lies over anything else or beyond its side", async (path) => {
    await tab.open(service.address + path);
    await tab.until("document.readyState === 'complete'");
    const wrong =
      await tab.read(`[...document.querySelectorAll("main .card, main form button, main h2")].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && (left < -1 || right > document.documentElement.clientWidth + 1);
    }).concat([...document.querySelectorAll(".card")].filter((one, at, all) => all.some((other, index) => {
      if (index <= at || one.contains(other) || other.contains(one)) return false;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    }))).map((element) => element.outerHTML.slice(0, 100))`);
    expect(wrong).toEqual([]);
  });
});
