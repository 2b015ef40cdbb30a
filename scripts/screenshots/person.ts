/** Screenshots of a person's pages: signing in, connecting, sharing, and the results. */
import type { BrowserContext, Page } from "playwright-core";
import { take } from "./camera.ts";
import { takeComposerParts, takePlanning } from "./planning.ts";
import { login, networks, orderFault, shareLink, type World } from "./stage.ts";

export async function signIn({ address, context }: World): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${address}login/`);
  await page.getByLabel("Email address").fill(login.email);
  await page.getByLabel("Password", { exact: true }).fill(login.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/social\/$/);
  return page;
}

async function connect(page: Page, world: World, name: string): Promise<void> {
  await page.goto(`${world.address}social/connect/${name}/`);
  const server = page.getByLabel(/Your server/);
  const way = page.locator("a.way").first();
  const approve = page.getByRole("button", { name: "Approve" });
  const start = page.getByRole("button", { name: /^Connect/ });
  await server.or(way).or(start).first().waitFor();
  if ((await server.count()) > 0) {
    await take(page, "connect-server", "Connecting an account on a network of many servers");
    await server.fill("@ana@nowhere.example");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").waitFor();
    await take(page, "connect-server-refused", "A server that cannot be reached");
    await server.fill(`@Ana@mastodon.localhost:${world.ports.mastodon}`);
    await page.getByRole("button", { name: "Continue" }).click();
  } else if ((await way.count()) > 0) {
    if (name === "instagram") await take(page, "connect-ways", "A network with more than one way to connect");
    await way.click();
  } else await start.click();
  await approve.click();
  await page.waitForURL(/\/social\/(choose\/.*)?$/);
  if (!page.url().includes("/choose/")) return;
  for (const box of await page.locator("input[type=checkbox]:enabled").all()) await box.check();
  await take(page, "choose", "Choosing among the Pages that a network let us in to");
  await page.getByRole("button", { name: "Connect" }).click();
  await page.waitForURL(/\/social\/$/);
}

export async function takeBeforeLogin({ address }: World, context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${address}login/`);
  await take(page, "sign-in", "Signing in");
  await page.getByLabel("Email address").fill("ana@example.com");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").first().waitFor();
  await take(page, "sign-in-refused", "A wrong password");
  await page.goto(`${address}login/`);
  await page.getByLabel("Email address").fill("ana@example.com");
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await page.getByRole("heading", { name: "Check your email" }).waitFor();
  await take(page, "check-your-mail", "After asking for a link");
  const lighthouse = new URLSearchParams({
    url: "https://blog.example.com/lighthouse",
    title: "The lighthouse",
  });
  const visited = `social/share/?${lighthouse}`;
  for (const [path, name, caption] of [
    ["login/code/", "code", "Two-step sign-in: the code"],
    ["login/reset/", "password-reset", "A forgotten password"],
    ["sign-up/", "sign-up", "Making an account"],
    [visited, "visitor", "Pressing Share without an account"],
    [
      `social/share/to/mastodon/?${lighthouse}`,
      "visitor-server",
      "Sharing on a Mastodon server without an account",
    ],
    ["offline/", "offline", "The installed app without a connection"],
  ] as const) {
    await page.goto(address + path);
    await take(page, name, caption);
  }
}

/** The person refuses at the network. */
async function takeDeclined(page: Page, { address }: World): Promise<void> {
  await page.goto(`${address}social/connect/twitter/`);
  await take(page, "connect-start", "Connecting an account by a link from elsewhere");
  await page.getByRole("button", { name: /^Connect/ }).click();
  await page.getByRole("button", { name: "Refuse" }).click();
  await page.getByRole("heading", { name: "Nothing was connected" }).waitFor();
  await take(page, "connect-declined", "Turning back at a network");
}

async function takeEmpty(page: Page, { address }: World): Promise<void> {
  await page.goto(`${address}social/history/`);
  await take(page, "history-none", "No share yet");
  await page.goto(`${address}social/share/?url=nonsense`);
  await take(page, "share-bad-link", "A share link that cannot work");
  await page.goto(`${address}social/new/`);
  await take(page, "new-share", "Starting a share from a pasted address");
  await page.goto(`${address}social/apps/`);
  await take(page, "apps", "The ways to start a share from outside");
}

/** @returns the address of a share that is unconfirmed two minutes later */
export async function takeSharing(page: Page, world: World): Promise<string> {
  await takeEmpty(page, world);
  await takeDeclined(page, world);
  await page.goto(shareLink(world));
  await take(page, "share-no-account", "Sharing without an account");
  await page.goto(`${world.address}social/`);
  await take(page, "accounts-none", "No account yet");
  for (const name of networks) await connect(page, world, name);
  await page.goto(`${world.address}social/`);
  await page.getByText("Create a group").click();
  await page.locator("form[action^='/social/groups/']").getByRole("textbox").fill("The bakery");
  for (const index of [0, 1, 2]) await page.locator(".members input").nth(index).check();
  await page.getByRole("button", { name: "Save the group" }).click();
  await page.waitForURL(/#groups/);
  await take(page, "accounts", "The accounts, what each network lets us do, and groups");
  await page.getByText("Create a group").click();
  await page.locator("form[action^='/social/groups/']").getByRole("textbox").last().fill("The orchard");
  await page.getByRole("button", { name: "Save the group" }).click();
  await page.getByRole("alert").waitFor();
  await take(page, "group-refused", "A group without accounts");

  await page.goto(shareLink(world, "the-lighthouse-that-learned-to-whisper/"));
  for (const box of await page.locator("input[name=account]:enabled").all()) await box.check();
  await page.getByRole("textbox", { name: "Message" }).fill("A lighthouse near you learned something new.");
  await page.locator(".preview-tabs > li").nth(5).waitFor();
  await take(page, "share", "Sharing a page, with how each network will show it");
  await takeComposerParts(page);
  await takeInGerman(page, world);
  await page.getByText("Different text for an account").click();
  await page.getByLabel("Pick a time").check();
  await take(page, "share-later", "Different text for an account, and another time");
  await page.getByLabel("Now").check();
  await page.getByRole("textbox", { name: "Message" }).fill("Far too many words. ".repeat(16));
  await page.locator(".send .button").click();
  await page.getByRole("alert").first().waitFor();
  await take(page, "share-refused", "A message that is too long for some");
  await page
    .getByRole("textbox", { name: "Message", exact: true })
    .fill("A lighthouse learned something new.");
  for (const own of await page.locator("textarea[name^=message-]").all()) await own.fill("", { force: true });
  await page.getByRole("checkbox", { name: /I have read/ }).check();
  await orderFault(world, "twitter", "POST /2/tweets", { kind: "revoke-token" });
  await page.locator(".send .button").click();
  await page.waitForURL(/\/social\/share\/[\w-]{36}\/$/);
  await page.getByRole("heading", { name: "Partly shared" }).waitFor({ timeout: 60_000 });
  await take(page, "outcomes", "What became of a share, with one thing to do");
  const doubtful = await takeTroubles(page, world);
  await page.goto(shareLink(world, "the-lighthouse-that-learned-to-whisper/"));
  await page.locator("input[name=account]:enabled").first().check();
  await page.locator(".send .button").click();
  await page.getByText("shared before").waitFor();
  await take(page, "share-again", "The same page once more: asked first");
  await page.goto(shareLink(world));
  await page.locator("input[name=account]:enabled").first().check();
  await page.getByLabel("Pick a time").check();
  await page
    .getByLabel("Date and time")
    .fill(`${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T09:00`);
  await page.locator(".send .button").click();
  await page.getByRole("heading", { name: "Scheduled" }).waitFor();
  await take(page, "scheduled", "A share for later");
  const scheduled = page.url();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await page.locator(".preview-tabs > li").first().waitFor();
  await take(page, "change-scheduled", "Changing what is scheduled");
  await takePlanning(page, world, scheduled);
  await page.goto(`${world.address}social/history/`);
  await take(page, "history", "The history");
  await page.goto(`${world.address}social/history/?outcome=cancelled`);
  await take(page, "history-nothing-fits", "Nothing in the history fits");
  await page.goto(doubtful);
  await page
    .getByRole("link", { name: /^Details/ })
    .last()
    .click();
  await take(page, "share-details", "All that was tried for one share");
  await page.goto(
    `${world.address}card?${new URLSearchParams({ url: `http://127.0.0.1:${world.ports["market-"]}/` })}`,
  );
  await take(page, "card", "For a site’s developer: how networks will show a page");
  return doubtful;
}

/** The reader's browser asks for German. */
async function takeInGerman(page: Page, { address, context }: World): Promise<void> {
  const german = await context.newPage();
  await german.setExtraHTTPHeaders({ "accept-language": "de" });
  await german.goto(page.url());
  for (const box of await german.locator("input[name=account]:enabled").all()) await box.check();
  await german.locator(".preview-tabs > li").nth(5).waitFor();
  await take(german, "share-german", "The same in German");
  await german.goto(`${address}social/`);
  await take(german, "accounts-german", "The accounts in German");
  await german.close();
}

/** Results of unclear answers, refusals and slow networks. */
async function takeTroubles(page: Page, world: World): Promise<string> {
  await page.goto(`${world.address}social/`);
  await page.locator("summary", { hasText: "Disconnect" }).last().click();
  await page.locator("summary", { hasText: "What we may do there" }).first().click();
  await take(page, "accounts-reconnect", "An account to be reconnected, and one about to be disconnected");
  await page.goto(shareLink(world, "in-praise-of-the-slow-ferry/"));
  await orderFault(world, "linkedin", "POST /rest/posts", { kind: "drop", when: "after" });
  await orderFault(world, "linkedin", "POST /rest/posts", { kind: "drop", when: "before" });
  await orderFault(world, "mastodon", "POST /api/v1/statuses", {
    kind: "status",
    status: 422,
    body: { error: "Validation failed: Text contains a blocked word" },
  });
  await orderFault(world, "threads", "POST /v1.0/:id/threads_publish", { kind: "delay", ms: 8_000 });
  for (const box of await page.locator("input[name=account]:enabled").all()) await box.check();
  await page.locator(".send .button").click();
  await page.waitForURL(/\/social\/share\/[\w-]{36}\/$/);
  await page.locator(".outcome.good").nth(2).waitFor();
  await page.locator(".outcome.bad").waitFor();
  await page.getByText("It may or may not have posted this.").waitFor();
  await take(page, "outcomes-under-way", "While it is being shared: posted, refused, and not clear yet");
  return page.url();
}

/** Takes the pages and actions after the last search for the post. */
export async function takeDoubt(page: Page, address: string): Promise<void> {
  await page.goto(address);
  const doubt = page.locator(".outcome", { hasText: "Not confirmed" });
  await doubt.waitFor({ timeout: 300_000 });
  await take(page, "outcome-unconfirmed", "A share of which nobody can say whether it is there");
  await doubt.locator("summary", { hasText: "It is there" }).click();
  await doubt.getByLabel("Link to the post").fill("https://example.com/somewhere/else");
  await doubt.getByRole("button", { name: "This is the post" }).click();
  await page.getByRole("alert").waitFor();
  await take(page, "outcome-link-refused", "A link that is no post there");
}
