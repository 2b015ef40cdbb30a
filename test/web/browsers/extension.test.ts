/** The browser extension in Firefox, which runs its background script as a page and not as a worker. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Firefox, openFirefox } from "../../harness/browser/others/firefox.ts";
import { Tab } from "../../harness/browser/others/tab.ts";
import { freePort } from "../../harness/networks/networks.ts";

/** The key "Enter" of WebDriver (W3C WebDriver 2, 15.4.2). */
const ENTER = "\uE007";

let firefox: Firefox;
let site: Server;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  site = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>A strict page</title><p>It shouted for ninety years.</p>");
  });
  await new Promise<void>((done) => site.listen(port, "127.0.0.1", done));
  firefox = await openFirefox();
});
afterAll(async () => {
  await firefox.close();
  site.close();
});

test("it asks for the address of the service once installed, and opens its share page from then on", async () => {
  await firefox.install("extension");
  const options = new Tab(await firefox.findTab(/^moz-extension:.*options\.html$/));
  const field = { selector: "input" };
  await options.fill(field, "not an address");
  await options.press([ENTER]);
  await options.see("Enter a web address");
  await options.fill(field, `${origin}/social/?news=1`);
  await options.press([ENTER]);
  await options.see("Saved.");

  const page = new Tab(await firefox.openTab());
  await page.open(`${origin}/article?a=1&b=2#part`);
  // No protocol presses a button beside the address bar: the background page is asked for what it does then.
  await options.read(`(async () => {
    const { share } = await chrome.runtime.getBackgroundPage();
    const tab = (await chrome.tabs.query({})).at(-1);
    await share({ ...tab, url: ${JSON.stringify(`${origin}/article?a=1&b=2#part`)}, title: "A strict page" });
  })()`);
  const shared = new Tab(await firefox.findTab(/\/social\/share\//));
  const asked = await shared.read("Object.fromEntries(new URLSearchParams(location.search))");
  expect(asked).toEqual({ url: `${origin}/article?a=1&b=2#part`, title: "A strict page" });
});
