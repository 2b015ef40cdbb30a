/** Signing in without a password: by passkey, and at an OpenID Connect provider, in a real browser. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPerson } from "../../src/people/sign-up.ts";
import { openBrowser, openProfile, person, signIn } from "../harness/browser.ts";
import { client, prepareProvider, type TestProvider } from "../harness/provider.ts";
import { startTestService, type TestService } from "../harness/service.ts";

let browser: Browser;
let service: TestService;
let provider: TestProvider;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  provider = await prepareProvider(
    {
      ana: { email: person.email, email_verified: true, name: person.name },
      eva: { email: "eva@example.com", email_verified: true, name: "Eva Mond" },
      mallory: { email: "ben@example.com", email_verified: false },
      nobody: {},
    },
    () => `${service.address}login/oidc/callback/`,
  );
  service = await startTestService((port) => ({
    SOCIAL_BASE_URL: `http://localhost:${port}/`,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_NAME: "Example University",
  }));
  await createPerson(service.runtime, person);
  await createPerson(service.runtime, {
    name: "Ben",
    email: "ben@example.com",
    password: "seven green kites",
  });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await provider.stop();
});
beforeEach(async () => {
  await provider.start();
  context = await openProfile(browser);
  page = await context.newPage();
  return async () => {
    await context.close();
    await provider.stop();
  };
});

const atUniversity = () => page.getByRole("link", { name: "Sign in with Example University" });

/** Waits for the words, and shows what stands around them. */
async function read(words: string): Promise<string> {
  return (await page.getByText(words).first().textContent()) ?? "";
}

async function arriveAt(path: string): Promise<void> {
  await expect.poll(() => page.url()).toBe(`${service.address}${path}`);
}

/** On the provider's own pages. */
async function logInThere(name: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("whatever");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("a person signs in at the provider and lands where they were going", async () => {
  await page.goto(`${service.address}social/history/`);
  await atUniversity().click();
  await logInThere("ana");
  await arriveAt("social/history/");
  await page.goto(`${service.address}account/`);
  expect(await read("You sign in as")).toContain(person.email);
});

test("somebody new is admitted with their name, and is the same person the next time", async () => {
  for (const _visit of [1, 2]) {
    await page.goto(`${service.address}login/`);
    await atUniversity().click();
    await logInThere("eva");
    await arriveAt("social/");
    await page.goto(`${service.address}account/`);
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Eva Mond");
    await context.clearCookies();
  }
});

test("an address that the provider does not vouch for opens nobody's account", async () => {
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("mallory");
  expect(await read("There is an account for")).toContain("ben@example.com already");
  await page.goto(`${service.address}social/`);
  await arriveAt("login/");
});

test("who has no mail address there is told so", async () => {
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("nobody");
  expect(await read("did not tell us")).toContain("your mail address");
});

test("an answer that this browser did not ask for signs nobody in", async () => {
  await page.goto(`${service.address}login/oidc/callback/?code=stolen&state=made-up`);
  expect(await read("began in another browser")).toContain("Try again");
});

test("while the provider is down the page says so, and afterwards it works by itself", async () => {
  const down = await startTestService((port) => ({
    SOCIAL_BASE_URL: `http://localhost:${port}/`,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_NAME: "Example University",
  }));
  try {
    await createPerson(down.runtime, person);
    await provider.stop();
    await page.goto(`${down.address}login/`);
    await atUniversity().click();
    expect(await read("does not answer at present")).toContain("Example University");
    await provider.start();
    await atUniversity().click();
    await expect.poll(() => new URL(page.url()).origin).toBe(provider.issuer);
  } finally {
    await down.stop();
  }
});

test("a passkey is added, signs in, and after its removal no longer", async () => {
  const client = await context.newCDPSession(page);
  await client.send("WebAuthn.enable");
  await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${service.address}login/`);
  await signIn(page);
  await page.waitForURL(/\/social\/$/);
  await page.goto(`${service.address}account/`);
  await page.getByLabel("A name for it").fill("My laptop");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("Your passkey is added").waitFor();
  expect(await page.locator("#passkeys ~ ul strong").allInnerTexts()).toEqual(["My laptop"]);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This device has a passkey for you already").waitFor();

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await arriveAt("login/?news=signed-out");
  await page.goto(`${service.address}social/history/`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await arriveAt("social/history/");

  await page.goto(`${service.address}account/`);
  await page.getByRole("button", { name: "Remove My laptop" }).click();
  await page.getByText("The passkey works here no longer").waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey is not known here").waitFor();
});
