/** Somebody chooses the pictures of a post: the page's, their own or none; by mouse, keyboard, paste and drop, on a phone and without JavaScript. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { blog } from "../../../../examples/blog/site.tsx";
import { type RunningSite, startSite } from "../../../../examples/site/server.ts";
import { users } from "../../../../src/database/schema.ts";
import { createPerson } from "../../../../src/people/sign-up/create-person.ts";
import { findFaults } from "../../../harness/browser/axe.ts";
import {
  openBrowser,
  openProfile,
  person,
  sendButton,
  shareLink,
  signIn,
} from "../../../harness/browser/browser.ts";
import { drawPicture } from "../../../harness/networks/pictures.ts";
import { connectAccount } from "../../../harness/people/accounts.ts";
import { postsOn } from "../../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let site: RunningSite;
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  browser = await openBrowser();
  site = await startSite(blog, { host: "127.0.0.1", port: 0 });
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select({ id: users.id }).from(users);
  const ana = { id: row?.id ?? "" };
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  await connectAccount(service.runtime, ana, { platform: "mastodon", server });
  await connectAccount(service.runtime, ana, { platform: "twitter" });
  await connectAccount(service.runtime, ana, { platform: "instagram", way: "instagram" });
  const first = await openProfile(browser);
  const login = await first.newPage();
  await login.goto(service.address);
  await signIn(login);
  await login.waitForURL(/\/social\//);
  signedIn = await first.storageState();
  await first.close();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  await service.stop();
});

let context: BrowserContext;
let page: Page;
beforeEach(async () => {
  context = await openProfile(browser, { storageState: signedIn, viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  return () => context.close();
});

/** A page of the example site, which has a picture; or one that nobody can read. */
const article = (name: string) =>
  shareLink(service, { url: `${site.address}${blog.items[1]?.slug}/?${name}`, title: "SQLite" });
const bare = (name: string) => shareLink(service, { url: `https://blog.example.com/${name}`, title: name });
const png = async (name: string, colour: string) => ({
  ...{ name, mimeType: "image/png" },
  buffer: Buffer.from(await drawPicture(640, 400, colour)),
});
const box = (network: string, tab = page) =>
  tab.getByRole("checkbox", { name: new RegExp(` on ${network} ?`) });
const alt = (number: number, tab = page) => tab.getByLabel(`Description of picture ${number}`);
const addFile = (tab = page) => tab.getByLabel("Add pictures of your own");
const openPictures = (tab = page) => tab.getByRole("button", { name: "Pictures", exact: true });

async function altsWith(network: "mastodon" | "twitter" | "instagram", words: string): Promise<string[][]> {
  const shape = z.array(z.object({ text: z.string(), media: z.array(z.object({ altText: z.string() })) }));
  const posts = shape.parse(await postsOn(service.emulator[network]));
  return posts
    .filter(({ text }) => text.includes(words))
    .map(({ media }) => media.map(({ altText }) => altText));
}

async function share(tab = page): Promise<void> {
  await sendButton(tab).click();
  await tab.getByRole("heading", { name: "Shared", exact: true }).waitFor();
}

test("two files with their descriptions go out, and the preview shows them first", async () => {
  await page.goto(bare("two-files"));
  await box("Mastodon").check();
  await box("X").check();
  await page.locator("#message").fill("Two files");
  expect(await box("Instagram").isDisabled()).toBe(true);
  await openPictures().click();
  await addFile().setInputFiles([await png("one.png", "teal"), await png("two.png", "navy")]);
  await alt(2).waitFor();
  expect(await alt(1).evaluate((field) => field === document.activeElement)).toBe(true);
  await alt(1).fill("a".repeat(800));
  await page.getByText("800 / 1000").waitFor();
  await alt(1).fill("A red bicycle");
  await alt(2).fill("A blue one");
  expect(await page.locator("[data-left]:visible").count()).toBe(0);
  await page.locator("#post-previews .attached-pictures img:visible").nth(1).waitFor();
  expect(await findFaults(page)).toEqual([]);
  // Now that there is a picture, the network that needs one can be chosen.
  await box("Instagram").check();
  await share();
  for (const network of ["mastodon", "twitter", "instagram"] as const)
    expect([network, await altsWith(network, "Two files")]).toEqual([
      network,
      [["A red bicycle", "A blue one"]],
    ]);
});

test("a picture of the page is taken with the page's own description, by keyboard, and put back", async () => {
  await page.goto(article("by-keyboard"));
  await box("X").check();
  await openPictures().focus();
  await page.keyboard.press("Enter");
  const choice = page.getByRole("group", { name: "Pictures of the page" }).getByRole("button").first();
  await choice.focus();
  await page.keyboard.press("Enter");
  await alt(1).waitFor();
  expect(await choice.getAttribute("aria-pressed")).toBe("true");
  await page.getByRole("button", { name: "Remove picture 1" }).press("Enter");
  await alt(1).waitFor({ state: "detached" });
  expect(await choice.getAttribute("aria-pressed")).toBe("false");
});

test("pasted and dropped pictures are added from anywhere in the form, and a pasted text stays a text", async () => {
  await page.goto(bare("paste-and-drop"));
  await page.locator("#message").fill("Pasted");
  const give = async (
    kind: "paste" | "drop",
    files: readonly { name: string; bytes: number[] }[],
    text = "",
  ) =>
    await page.locator("#message").evaluate(
      (field, given) => {
        const data = new DataTransfer();
        for (const { name, bytes } of given.files)
          data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
        if (given.text !== "") data.setData("text/plain", given.text);
        const event =
          given.kind === "paste"
            ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
        return field.dispatchEvent(event);
      },
      { kind, files, text },
    );
  const bytes = [...(await drawPicture(300, 200, "olive"))];
  expect(await give("paste", [{ name: "words.png", bytes }], "words")).toBe(true);
  expect(await give("paste", [{ name: "pasted.png", bytes }])).toBe(false);
  await alt(1).waitFor();
  expect(await give("drop", [{ name: "dropped.png", bytes }])).toBe(false);
  await alt(2).waitFor();
  expect(await page.locator("#message").inputValue()).toBe("Pasted");
});

test("a file that is no picture is told at once, and everything else stays", async () => {
  await page.goto(bare("no-picture"));
  await box("X").check();
  await page.locator("#message").fill("Kept");
  await openPictures().click();
  await addFile().setInputFiles([
    await png("good.png", "teal"),
    { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("Just words") },
    { name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(16_000_000) },
  ]);
  await alt(1).waitFor();
  const alerts = page.locator("#pictures [role=alert] p");
  expect(await alerts.allTextContents()).toEqual([
    "“notes.png” is not a picture that we can open, or it is broken. Add a JPEG, PNG, WebP, GIF or AVIF file.",
    "“huge.jpg” is too large. A picture may have at most 15 MB.",
  ]);
  expect(await page.locator("#message").inputValue()).toBe("Kept");
  expect(await findFaults(page)).toEqual([]);
});

test("while a picture is on its way nothing is shared, and what is typed meanwhile stays", async () => {
  await page.goto(bare("slow"));
  await box("X").check();
  await box("Mastodon").uncheck();
  await page.locator("#message").fill("Slow");
  await openPictures().click();
  await addFile().setInputFiles(await png("one.png", "teal"));
  await alt(1).waitFor();
  const held = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await page.route("**/social/share/pictures/", async (route) => {
    asked.resolve();
    await held.promise;
    await route.continue();
  });
  await addFile().setInputFiles(await png("two.png", "navy"));
  await asked.promise;
  await alt(1).fill("Typed meanwhile");
  await page.keyboard.press("Control+Enter");
  expect(await page.locator("form.share").getAttribute("aria-busy")).toBe("true");
  held.resolve();
  await alt(2).waitFor();
  expect(await alt(1).inputValue()).toBe("Typed meanwhile");
  expect(await alt(1).evaluate((field) => field === document.activeElement)).toBe(true);
  await share();
  expect(await altsWith("twitter", "Slow")).toEqual([["Typed meanwhile", ""]]);
});

test("more pictures than a network takes are said in its preview, and before anything is sent", async () => {
  await page.goto(bare("too-many"));
  await box("X").check();
  await box("Mastodon").uncheck();
  await openPictures().click();
  const colours = ["teal", "navy", "olive", "plum", "gold"];
  await addFile().setInputFiles(await Promise.all(colours.map((colour) => png(`${colour}.png`, colour))));
  await alt(5).waitFor();
  await page.getByText("X takes at most 4 pictures with a post.").waitFor();
  await sendButton(page).click();
  await page
    .getByRole("alert")
    .getByText(/X takes at most 4 pictures/)
    .first()
    .waitFor();
  expect(await page.locator(".own-pictures > li").count()).toBe(5);
});

test("pictures and descriptions survive a reload, and sharing again starts with them", async () => {
  await page.goto(bare("reloaded"));
  await box("X").check();
  await box("Mastodon").uncheck();
  await page.locator("#message").fill("Reloaded");
  await openPictures().click();
  await addFile().setInputFiles([await png("one.png", "teal"), await png("two.png", "navy")]);
  await alt(2).waitFor();
  await alt(2).fill("The second");
  await page.reload();
  await alt(2).waitFor();
  expect(await alt(2).inputValue()).toBe("The second");
  expect(await page.locator("#message").inputValue()).toBe("Reloaded");
  await share();
  expect(await altsWith("twitter", "Reloaded")).toEqual([["", "The second"]]);
  await page.getByRole("link", { name: "Share again" }).click();
  await alt(2).waitFor();
  expect(await alt(2).inputValue()).toBe("The second");
});

test("no picture at all is a choice too", async () => {
  await page.goto(article("none"));
  await box("X").check();
  await openPictures().click();
  await page.getByRole("checkbox", { name: /^No picture/ }).check();
  await box("Instagram").check();
  await sendButton(page).click();
  await page.getByRole("alert").waitFor();
  expect(await page.getByRole("checkbox", { name: /^No picture/ }).isChecked()).toBe(true);
});

test("on a phone, without JavaScript, files are added with the form", async () => {
  const plain = await openProfile(browser, {
    storageState: signedIn,
    viewport: { width: 390, height: 844 },
    javaScriptEnabled: false,
  });
  const tab = await plain.newPage();
  await tab.goto(bare("plain"));
  await box("X", tab).check();
  await box("Mastodon", tab).uncheck();
  await tab.locator("#message").fill("No script");
  await openPictures(tab).click();
  await addFile(tab).setInputFiles({
    name: "notes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("words"),
  });
  await tab.getByRole("button", { name: "Add", exact: true }).click();
  await tab.getByText("“notes.txt” is not a picture").waitFor();
  await addFile(tab).setInputFiles(await png("good.png", "teal"));
  // Shared without having added it: nothing goes out without the picture.
  await tab.getByRole("button", { name: "Share", exact: true }).click();
  await tab.getByText("“good.png” is not added yet.").first().waitFor();
  await openPictures(tab).click();
  await addFile(tab).setInputFiles(await png("good.png", "teal"));
  await tab.getByRole("button", { name: "Add", exact: true }).click();
  await alt(1, tab).fill("Teal");
  expect(await tab.locator("#message").inputValue()).toBe("No script");
  expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await tab.getByRole("button", { name: "Share", exact: true }).click();
  await tab.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await altsWith("twitter", "No script")).toEqual([["Teal"]]);
  await plain.close();
});

test("a scheduled share's pictures are changed on its page", async () => {
  await page.goto(bare("scheduled"));
  await box("X").check();
  await box("Mastodon").uncheck();
  await page.getByRole("radio", { name: /Later|another time|Pick/ }).check();
  await page.locator('[name="at"]').fill("2027-06-01T09:00");
  await openPictures().click();
  await addFile().setInputFiles(await png("one.png", "teal"));
  await alt(1).fill("The first");
  await sendButton(page).click();
  await page.getByRole("link", { name: "Change" }).first().click();
  await alt(1).waitFor();
  expect(await alt(1).inputValue()).toBe("The first");
  await addFile().setInputFiles(await png("two.png", "navy"));
  await alt(2).waitFor();
  expect(await page.locator("[data-left]:visible").count()).toBe(0);
  await sendButton(page).click();
  await page.getByRole("link", { name: "Change" }).first().click();
  await alt(2).waitFor();
});

test("a picture is seen by its owner alone", async () => {
  await page.goto(bare("mine"));
  await openPictures().click();
  await addFile().setInputFiles(await png("mine.png", "teal"));
  await alt(1).waitFor();
  const address = await page.locator(".own-pictures img").evaluate((image: HTMLImageElement) => image.src);
  const mine = await page.request.get(address);
  expect((await sharp(await mine.body()).metadata()).format).toBe("jpeg");
  const stranger = await openProfile(browser);
  expect((await stranger.request.get(address, { maxRedirects: 0 })).status()).toBe(303);
  await stranger.close();
});
