/** The browser extension, loaded in a whole Chromium. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { type BrowserContext, chromium, type Page, type Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packExtension } from "../../../scripts/extension/pack.ts";
import { ensureWholeChromium } from "../../harness/browser/chromium.ts";

let folder: string;
let context: BrowserContext;
let worker: Worker;
let site: Server;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sharewell-extension-"));
  cpSync("extension", join(folder, "extension"), { recursive: true });
  site = createServer((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/html", "content-security-policy": "default-src 'none'" })
      .end("<!doctype html><title>A strict page</title><p>It shouted for ninety years.</p>");
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  origin = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
  context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: ensureWholeChromium(),
    headless: true,
    ignoreDefaultArgs: ["--disable-extensions"],
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--enable-unsafe-extension-debugging",
      `--disable-extensions-except=${join(folder, "extension")}`,
      `--load-extension=${join(folder, "extension")}`,
    ],
  });
  context.setDefaultTimeout(30_000);
  worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
});
afterAll(async () => {
  await context?.close();
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = () => new URL(worker.url()).host;

async function openOptions(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${id()}/options.html`);
  return page;
}

/** Presses the extension's button, as a person does beside the address bar. @returns the tab that it opens */
async function press(page: Page): Promise<Page> {
  const root = await context.browser()?.newBrowserCDPSession();
  const answer = await root?.send("Target.getTargets", { filter: [{ type: "tab" }] });
  const tab = answer?.targetInfos.find(({ url }) => url === page.url());
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    // Too new for the types.
    root?.send("Extensions.triggerAction" as never, { id: id(), targetId: tab?.targetId } as never),
  ]);
  return opened;
}

test("its options take any address of the service, refuse another, and its button opens the share page", async () => {
  const options = await openOptions();
  const field = options.getByLabel("Address of your Sharewell");
  await field.fill("not an address");
  await options.keyboard.press("Enter");
  await options.getByRole("status").getByText("Enter a web address").waitFor();
  expect(await field.inputValue()).toBe("not an address");
  await field.fill(`${origin}/social/?news=1`);
  await options.keyboard.press("Enter");
  await options.getByRole("status").getByText("Saved.").waitFor();
  expect(await field.inputValue()).toBe(`${origin}/`);

  const page = await context.newPage();
  await page.goto(`${origin}/article?a=1&b=2#part`);
  await page.evaluate(() => getSelection()?.selectAllChildren(document.querySelector("p") ?? document.body));
  const shared = await press(page);
  await shared.waitForURL(/\/social\/share\//);
  expect(Object.fromEntries(new URL(shared.url()).searchParams)).toEqual({
    url: `${origin}/article?a=1&b=2#part`,
    title: "A strict page",
    text: "It shouted for ninety years.",
  });
});

test("it asks for the active tab alone, and names no site", () => {
  const manifest: unknown = JSON.parse(readFileSync("extension/manifest.json", "utf8"));
  expect(manifest).toMatchObject({ manifest_version: 3, permissions: ["activeTab", "scripting", "storage"] });
  expect(manifest).not.toHaveProperty("host_permissions");
  expect(manifest).not.toHaveProperty("content_scripts");
});

test("every language has every text", () => {
  const names = (language: string) =>
    Object.keys(JSON.parse(readFileSync(`extension/_locales/${language}/messages.json`, "utf8")));
  for (const language of ["de", "fr", "es"]) expect(names(language)).toEqual(names("en"));
});

test("it is packed whole, with the address of a service where one is given", () => {
  const archive = packExtension("https://share.example.com/login/");
  const files = readZip(archive);
  expect(JSON.parse(files.get("service.json") ?? "{}")).toEqual({ service: "https://share.example.com/" });
  expect(files.get("background.js")).toBe(readFileSync("extension/background.js", "utf8"));
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(["manifest.json", "options.html", "icons/128.png", "_locales/fr/messages.json"]),
  );
  expect(packExtension("https://share.example.com")).toEqual(archive);
  expect(JSON.parse(readZip(packExtension(undefined)).get("service.json") ?? "")).toEqual({ service: "" });
  expect(() => packExtension("share")).toThrow("Give the address of your service");
});

test("a packed archive is what the extension was, as another program reads it", () => {
  // Chromium unpacks nothing here, so the archive is read by its own directory.
  const archive = packExtension(undefined);
  writeFileSync(join(folder, "packed.zip"), archive);
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06"));
  expect(archive.readUInt16LE(end + 10)).toBe(readZip(archive).size);
  expect(
    archive
      .subarray(archive.readUInt32LE(end + 16))
      .toString("latin1")
      .startsWith("PK\x01\x02"),
  ).toBe(true);
});

function readZip(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = 0; archive.toString("latin1", at, at + 4) === "PK\x03\x04"; ) {
    const [packed, nameLength] = [archive.readUInt32LE(at + 18), archive.readUInt16LE(at + 26)];
    const from = at + 30 + nameLength;
    files.set(
      archive.toString("utf8", at + 30, from),
      inflateRawSync(archive.subarray(from, from + packed)).toString("utf8"),
    );
    at = from + packed;
  }
  return files;
}
