/** Signing in without a password: by passkey, and at an OpenID Connect provider, in a real browser. */
import { eq } from "drizzle-orm";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { credentials, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { openBrowser, openProfile, person, signIn } from "../../harness/browser/browser.ts";
import { client, prepareProvider, type TestProvider } from "../../harness/people/provider.ts";
import { createVisitor, signedInVisitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { letProofsAge } from "../../people/someone.ts";

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
      eva: { email: "eva@example.com", email_verified: true, name: "Eva\0 \x07Mond" },
      mallory: { email: "ben@example.com", email_verified: false },
      dora: { email: "dora@example.com", email_verified: true, name: "Dora" },
      fritz: { email: "fritz@example.com", email_verified: false, name: "Fritz" },
      emil: { email: "emil@example.com", email_verified: true, name: "Emil" },
      "claims-gina": { email: "gina@example.com", email_verified: false },
      hana: { email: "hana@example.com", email_verified: true, name: "Hana" },
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

/** Waits for the text, and returns what surrounds it. */
async function read(words: string): Promise<string> {
  return (await page.getByText(words).first().textContent()) ?? "";
}

async function arriveAt(path: string): Promise<void> {
  await expect.poll(() => page.url()).toBe(`${service.address}${path}`);
}

/** On the provider's own pages. */
async function logInThere(name: string): Promise<void> {
  await enterThere(name);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function enterThere(name: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("whatever");
  await page.getByRole("button", { name: "Sign-in" }).click();
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
  expect(await read("has not verified your email address")).toContain("account for ben@example.com");
  await page.goto(`${service.address}social/`);
  await arriveAt("login/");
});

test("whoever the provider does not vouch for is told the same without an account, and comes by email once", async () => {
  await page.goto(`${service.address}social/history/`);
  await atUniversity().click();
  await logInThere("fritz");
  expect(await read("has not verified your email address")).toContain("account for fritz@example.com");
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast(({ to }) => to === "fritz@example.com");
  await page.goto(/https?:\/\/\S+/.exec(letter?.text ?? "")?.[0] ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await arriveAt("social/history/");
  await context.clearCookies({ name: /^sharewell/ });
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await arriveAt("social/");
});

test("who finds a browser open adds no way in by an account at the provider that claims its address", async () => {
  const gina = { name: "Gina", email: "gina@example.com", password: "nine paper boats" };
  await createPerson(service.runtime, gina);
  await page.goto(`${service.address}login/`);
  await page.getByLabel("Email address").fill(gina.email);
  await page.getByLabel("Password").fill(gina.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await arriveAt("social/");
  await letProofsAge(service);
  await page.goto(`${service.address}login/oidc/`);
  await page.getByRole("button", { name: "Sign in with Example University" }).click();
  await logInThere("claims-gina");
  expect(await read("has not verified your email address")).toContain("account for gina@example.com");
  const linked = await service.runtime.database.select().from(credentials);
  expect(linked.filter(({ accountId }) => accountId.endsWith(" claims-gina"))).toEqual([]);
});

test("who confirms at the provider logs in there once more, also where the browser is logged in", async () => {
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("hana");
  await arriveAt("social/");
  await letProofsAge(service);
  await page.goto(`${service.address}account/delete/`);
  await page.getByRole("link", { name: "Confirm at Example University" }).click();
  await page.getByRole("button", { name: "Sign in with Example University" }).click();
  await enterThere("hana");
  await arriveAt("account/delete/");
});

test("an account that a stranger made for the address ends when the provider vouches for its owner", async () => {
  const squatted = { name: "Mallory", email: "dora@example.com", password: "the stranger knows it" };
  await createPerson(service.runtime, squatted);
  const stranger = await signedInVisitor(service, squatted);
  await service.runtime.database
    .update(users)
    .set({ emailVerified: false })
    .where(eq(users.email, squatted.email));
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("dora");
  await arriveAt("social/");
  expect((await stranger.get("/account/")).headers.get("location")).toContain("/login/");
  expect((await createVisitor(service).post("/login/", squatted)).status).toBe(422);
});

test("a blocked account gets no way in at the provider for when it is let in again", async () => {
  await createPerson(service.runtime, {
    name: "Emil",
    email: "emil@example.com",
    password: "nine paper boats",
  });
  await service.runtime.database
    .update(users)
    .set({ emailVerified: false, blockedAt: new Date() })
    .where(eq(users.email, "emil@example.com"));
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("emil");
  await page.getByText("This account is blocked").waitFor();
  const linked = await service.runtime.database.select().from(credentials);
  expect(linked.filter(({ accountId }) => accountId.endsWith(" emil"))).toEqual([]);
});

test("who has no email address there is told so", async () => {
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("nobody");
  expect(await read("did not give us")).toContain("your email address");
});

test("whose name there is longer than OpenID Connect allows is not signed in", async () => {
  await page.goto(`${service.address}login/`);
  await atUniversity().click();
  await logInThere("x".repeat(300));
  expect(await read("failed. Try again")).toContain("Try again");
});

test("an answer that this browser did not ask for signs nobody in", async () => {
  await page.goto(`${service.address}login/oidc/callback/?code=stolen&state=made-up`);
  expect(await read("started in another browser")).toContain("Try again");
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
    expect(await read("is not responding")).toContain("Example University");
    await provider.start();
    await atUniversity().click();
    await expect.poll(() => new URL(page.url()).origin).toBe(provider.issuer);
  } finally {
    await down.stop();
  }
});

test("a passkey is added, signs in, confirms that it is they, and after its removal no longer", async () => {
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
  await page.getByLabel("Name of the passkey").fill("My\x07 laptop");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("Passkey added").waitFor();
  expect(await page.locator("#passkeys ~ ul strong").allInnerTexts()).toEqual(["My laptop"]);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This device already has a passkey for you").waitFor();

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await arriveAt("login/?news=signed-out");
  await page.goto(`${service.address}social/history/`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await arriveAt("social/history/");

  await letProofsAge(service);
  await page.goto(`${service.address}account/`);
  await page.getByLabel("Name of the passkey").fill("My phone");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("button", { name: "Confirm with a passkey" }).click();
  await arriveAt("account/?news=confirmed");
  expect(await page.getByLabel("Name of the passkey").inputValue()).toBe("My phone");

  await page.goto(`${service.address}account/`);
  await page.getByRole("button", { name: "Remove My laptop" }).click();
  await page.getByText("Passkey removed").waitFor();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey is unknown").waitFor();
});
