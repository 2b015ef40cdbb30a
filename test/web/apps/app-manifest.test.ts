/** What browsers, phones and sites of the fediverse read to start a share here. */
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const olga = { name: "Olga", email: "olga@example.com", password: "a sea of lanterns" };
const manifestShape = z.object({
  name: z.string(),
  start_url: z.string(),
  scope: z.string(),
  display: z.string(),
  theme_color: z.string(),
  icons: z.array(
    z.object({ src: z.string(), sizes: z.string(), type: z.literal("image/png"), purpose: z.string() }),
  ),
  shortcuts: z.array(z.object({ name: z.string(), url: z.string() })),
  share_target: z.object({
    action: z.string(),
    method: z.literal("GET"),
    enctype: z.string(),
    params: z.record(z.string(), z.string()),
  }),
});

let service: TestService;
let visitor: Visitor;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, olga);
  visitor = await signedInVisitor(service, olga);
});
afterAll(() => service.stop());

async function readManifest(language = "en") {
  const answer = await visitor.get("/app.webmanifest", { "accept-language": language });
  expect(answer.headers.get("content-type")).toMatch(/^application\/manifest\+json/);
  return manifestShape.parse(await answer.json());
}

async function readIcon(path: string) {
  const bytes = Buffer.from(await (await visitor.get(path)).arrayBuffer());
  const { width, height, format } = await sharp(bytes).metadata();
  const { data } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { size: `${width}x${height}`, format, corner: [...data.subarray(0, 3)] };
}

async function saveLook(accent: string | undefined, logo?: Blob): Promise<void> {
  const form = new FormData();
  form.set("appName", "Sharewell");
  form.set("accent", accent ?? "#0b6b5f");
  if (accent !== undefined) form.set("ownAccent", "yes");
  if (logo === undefined) form.set("noLogo", "yes");
  else form.set("logo", new File([logo], "logo.png"));
  expect((await visitor.postForm("/admin/settings/look/", form)).status).toBe(303);
}

async function drawLogo(width: number, height: number): Promise<Blob> {
  const picture = sharp({ create: { width, height, channels: 3, background: "#aa2200" } });
  return new Blob([new Uint8Array(await picture.png().toBuffer())]);
}

test("the manifest makes it an app that stands in share sheets, in the reader's language", async () => {
  const manifest = await readManifest();
  expect(manifest).toMatchObject({ name: "Sharewell", start_url: "/social/new/", display: "standalone" });
  expect(manifest.share_target).toEqual({
    action: "/social/share/",
    method: "GET",
    enctype: "application/x-www-form-urlencoded",
    params: { title: "title", text: "text", url: "url" },
  });
  expect(manifest.shortcuts.map(({ url }) => url)).toEqual(["/social/new/", "/social/history/", "/social/"]);
  expect((await readManifest("de")).shortcuts[0]?.name).not.toBe(manifest.shortcuts[0]?.name);
  const page = await (await visitor.get("/social/")).text();
  expect(page).toContain('<link rel="manifest" href="/app.webmanifest"');
  expect((await visitor.get("/login/reset/")).headers.get("content-security-policy")).toContain(
    "manifest-src 'self'",
  );
});

test("its icons are our mark in the operator's colour, or their logo where that is nearly a square", async () => {
  await saveLook("#7a1fa2");
  const { icons, theme_color } = await readManifest();
  expect(theme_color).toMatch(/^#7/);
  for (const { src, sizes } of icons) {
    const { size, format, corner } = await readIcon(src);
    expect([size, format]).toEqual([sizes, "png"]);
    expect(corner[0]).toBe(Number.parseInt(theme_color.slice(1, 3), 16));
  }
  await saveLook(undefined, await drawLogo(600, 500));
  const [square] = (await readManifest()).icons;
  expect(square?.src).not.toBe(icons[0]?.src);
  expect((await readIcon(square?.src ?? "")).corner).toEqual([255, 255, 255]);
  await saveLook(undefined, await drawLogo(900, 100));
  const [long] = (await readManifest()).icons;
  expect((await readIcon(long?.src ?? "")).corner).toEqual([11, 107, 95]);
  await saveLook(undefined);
});

test("the icons of another look are not kept, and there are no other icons", async () => {
  const [icon] = (await readManifest()).icons;
  expect((await visitor.get(icon?.src ?? "")).headers.get("cache-control")).toContain("immutable");
  expect((await visitor.get("/look/0/icon-192.png")).headers.get("cache-control")).toBe("no-cache");
  expect((await visitor.get("/look/0/icon-99.png")).status).toBe(404);
});

test("any handle on our host leads a fediverse share button here, and tells nothing about people", async () => {
  const { host } = new URL(service.address);
  const ask = async (resource: string) =>
    await fetch(`${service.address}.well-known/webfinger?${new URLSearchParams({ resource })}`);
  const target = `${service.address}social/share/?text={content}&title={name}`;
  for (const name of ["share", "olga", "nobody"]) {
    const resource = `acct:${name}@${host}`;
    const answer = await ask(resource);
    expect(answer.headers.get("content-type")).toMatch(/^application\/jrd\+json/);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await answer.json()).toEqual({
      subject: resource,
      links: [{ rel: "https://w3id.org/fep/3b86/Create", href: target, template: target }],
    });
  }
  expect((await ask("acct:olga@elsewhere.example")).status).toBe(404);
  expect((await ask("")).status).toBe(400);
});

test("a fediverse button's text becomes the page and the words of the message", async () => {
  const target = `${service.address}social/share/?text={content}&title={name}`;
  const content = "Worth a read\n\nhttps://blog.example.com/lighthouse";
  const filled = target.replace("{content}", encodeURIComponent(content)).replace("{name}", "");
  const answer = await visitor.get(filled);
  expect(answer.headers.get("location")).toBe(
    `/social/share/?${new URLSearchParams({ url: "https://blog.example.com/lighthouse", text: "Worth a read" })}`,
  );
});

test("the service worker's script is looked for anew, and names the files of the offline page", async () => {
  const answer = await visitor.get("/service-worker.js");
  expect(answer.headers.get("cache-control")).toBe("no-cache");
  const script = await answer.text();
  for (const [, path = ""] of script.matchAll(/"(\/(?:offline|assets)\/[^"]*)"/g))
    expect((await visitor.get(path)).status, path).toBe(200);
  expect(script).toContain('"/offline/"');
});

test("the page of all ways has the bookmark, the handle and the address for the extension", async () => {
  const html = await (await visitor.get("/social/apps/")).text();
  expect(html).toMatch(/href="javascript:[^"]+"/);
  expect(html.replaceAll("<wbr/>", "")).toContain(`share@${new URL(service.address).host}`);
});

test("the ways for other sites' buttons are the operator's choice, and may be loaded by any site", async () => {
  const answer = await visitor.get("/button-ways.js");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(await answer.text()).toContain("https://wa.me/?text={text}");
  await visitor.post(
    "/admin/settings/rules/",
    new URLSearchParams({ signUp: "invitation", linkParameters: "", visitors: "yes", way: "email" }),
  );
  const fewer = await (await visitor.get("/button-ways.js")).text();
  expect(fewer).toContain("mailto:");
  expect(fewer).not.toContain("https://wa.me/");
});
