import { chromium } from "playwright-core";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { ana, ben, linkIn, openSite } from "./site.ts";
import { invite } from "../../src/people/invitations.ts";
test("look", async () => {
  const site = await openSite({ variables: { SOCIAL_SIGN_UP: "open" } });
  const origin = site.runtime.config.baseUrl.origin;
  const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(" ") });
  for (const width of [1000, 320]) {
    const ctx = await b.newContext({ viewport: { width, height: 800 }, javaScriptEnabled: true, colorScheme: width === 320 ? "dark" : "light" });
    const p = await ctx.newPage();
    const shot = async (name: string) => {
      await p.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
      const r: any = await p.evaluate("axe.run()");
      const over = await p.evaluate("document.documentElement.scrollWidth - innerWidth");
      console.log(width, name, "overflow", over, r.violations.map((v: any) => `${v.id}: ${v.nodes.map((n: any) => n.target).join()}`).join("; "));
      await p.screenshot({ path: `/tmp/look-${name}-${width}.png`, fullPage: true });
    };
    if (width === 1000) { await p.goto(origin + "/login/"); await shot("signup-first"); await p.fill("[name=name]", ana.name); await p.fill("[name=email]", ana.email); await p.fill("[name=password]", ana.password); await p.click("main button"); await p.waitForURL("**/social/"); await ctx.clearCookies(); }
    await p.goto(origin + "/login/?next=/account/"); await shot("login");
    await p.fill("[name=email]", ana.email); await p.fill("[name=password]", "wrong password x"); await p.click("text=Sign in >> nth=-1").catch(() => {}); await p.locator("main form button.primary").click(); await p.waitForSelector(".notice"); await shot("login-bad");
    await p.locator("button[formaction]").click(); await p.waitForSelector("text=Check your mail"); await shot("check");
    await site.runtime.people.background.settled();
    await p.goto(linkIn(site.letters.at(-1))); await shot("link"); await p.locator("main button").click(); await p.waitForURL("**/account/"); await shot("account");
    await p.goto(origin + "/admin/people/"); await p.fill("[name=email]", `p${width}@example.com`); await p.locator("main button").click(); await p.waitForSelector(".notice"); await shot("people");
    await p.goto(origin + "/login/reset/new/?token=x"); await shot("dead");
  }
  await b.close();
  expect(1).toBe(1);
}, 60000);
