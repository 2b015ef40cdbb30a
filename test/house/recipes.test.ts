/** The recipes of docs/button.md for Node, read from the page and run against the service. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startTestService, type TestService } from "../harness/services/service.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/button.md"), "utf8");
const recipes = new Map(
  [...page.matchAll(/^```\w+ recipe=(\S+)\n(.*?)^```$/gms)].map(([, name = "", code = ""]) => [name, code]),
);

let service: TestService;
let folder: string;
beforeAll(async () => {
  service = await startTestService();
  mkdirSync(join(root, "dist"), { recursive: true });
  // Within the project, so that its packages are found.
  folder = mkdtempSync(join(root, "dist", "recipes-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service.stop();
});

const appShape = z.object({
  app: z.object({
    request: z.custom<(path: string) => Promise<Response>>((value) => typeof value === "function"),
  }),
});

/** The Hono recipe's app, with Sharewell at that address. */
async function openApp(sharewell: string, name: string) {
  const place = join(folder, name);
  mkdirSync(place);
  for (const file of ["share-button.js", "hono.js"])
    writeFileSync(
      join(place, file),
      (recipes.get(file) ?? "").replaceAll("https://share.example.com/", sharewell),
    );
  return appShape.parse(await import(join(place, "hono.js"))).app;
}

test("every recipe that the page promises is there", () => {
  expect([...recipes.keys()]).toEqual([
    ...["share-button.js", "hono.js", "express.js", "ShareButton.astro", "ShareButton.jsx"],
    ...["share-button.php", "post.hbs", "share_button.py", "django_tag.py", "quart_app.py"],
  ]);
});

test("on a server on Node, the button comes from Sharewell, with the page's address and title", async () => {
  const app = await openApp(service.address, "up");
  const html = await (await app.request("/lighthouse")).text();
  expect(html).toContain('aria-label="Share: The lighthouse that learned to whisper"');
  expect(html).toContain(`${service.address}social/share/?url=https%3A%2F%2Fblog.example.com%2Flighthouse`);
  expect(html).toContain("<svg");
});

test("with Sharewell down, a plain link is in its place", async () => {
  const app = await openApp("http://127.0.0.1:9/", "down");
  const html = await (await app.request("/lighthouse")).text();
  expect(html).toMatch(
    /href="http:\/\/127\.0\.0\.1:9\/social\/share\/\?url=https%3A%2F%2Fblog\.example\.com%2Flighthouse&amp;title=/,
  );
});
