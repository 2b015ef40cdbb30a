/** Only the pages for signing in, on a real server and a fresh database, and browsers without JavaScript. */
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { rateLimits, users } from "../../src/database/schema.ts";
import { createLimits } from "../../src/limits/limits.ts";
import { createPeople } from "../../src/people/create-people.ts";
import type { Letter, Mailer } from "../../src/people/mail/mail.ts";
import type { PeopleRuntime } from "../../src/people/people.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import type { Runtime } from "../../src/service/runtime.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../src/vault/keyring.ts";
import { showAccount } from "../../src/web/account/account.tsx";
import { submitPasswordChange } from "../../src/web/account/password.ts";
import { submitSignOutEverywhere } from "../../src/web/account/sessions.ts";
import { showPeople, submitInvitation } from "../../src/web/admin/people/people.tsx";
import type { WebEnv } from "../../src/web/guards/context.ts";
import { requireOperator, requirePerson } from "../../src/web/guards/sign-in-guard.ts";
import { logout, showLogin, submitLogin } from "../../src/web/sign-in/login.tsx";
import { showNewPassword, submitNewPassword } from "../../src/web/sign-in/new-password.tsx";
import { showPasswordReset, submitPasswordReset } from "../../src/web/sign-in/password-reset.tsx";
import { confirmSignInLink, showSignInLink, submitSignInLink } from "../../src/web/sign-in/sign-in-link.tsx";
import { showSignUp, submitSignUp } from "../../src/web/sign-in/sign-up.tsx";
import { freshDatabase } from "../harness/database/database.ts";
import { quickPasswords } from "../harness/people/passwords.ts";

export interface Site {
  readonly runtime: PeopleRuntime;
  readonly letters: Letter[];
  /** Everything logged so far. */
  log(): string;
  /** Moves the clock forward for invitations and limits. */
  wait(milliseconds: number): void;
  browser(headers?: Record<string, string>): Browser;
}

export interface SiteChanges {
  readonly variables?: Record<string, string>;
  readonly mail?: Mailer["send"] | "none";
  /** Default: one that takes no time. */
  readonly hashing?: "real" | "quick";
}

export const ana = { name: "Ana Lima", email: "ana@example.com", password: "a sea of lanterns" } as const;
export const ben = { name: "Ben Ode", email: "ben@example.com", password: "seven green kites" } as const;

/** A site where Ana, the operator, has an account. */
export async function openSiteOfAna(changes: SiteChanges = {}): Promise<Site> {
  const site = await openSite(changes);
  await createPerson(site.runtime, ana);
  return site;
}

export async function openSite({ variables = {}, mail, hashing = "quick" }: SiteChanges = {}): Promise<Site> {
  const open = await freshDatabase();
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = readConfig({
    SOCIAL_BASE_URL: origin,
    SOCIAL_ENCRYPTION_KEY: "unused",
    SOCIAL_SESSION_SECRET: "only-for-tests-0123456789-abcdefghijk",
    SOCIAL_SIGN_UP: "open",
    ...variables,
  });
  const letters: Letter[] = [];
  const send = mail === "none" ? undefined : (mail ?? (async (letter: Letter) => void letters.push(letter)));
  const mailer: Mailer = {
    available: send !== undefined,
    check: async () => undefined,
    send: send ?? (async () => {}),
  };
  const lines: string[] = [];
  const log = pino({ level: "trace" }, collect(lines));
  let later = 0;
  // Limits count by the machine's clock, so their windows are moved back instead.
  let aging: Promise<unknown> = Promise.resolve();
  const now = () => new Date(Date.now() + later);
  const limits = createLimits({ pool: open.pool, secret: config.sessionSecret, log, now });
  const vault = openVault(parseKeyring(generateKey()));
  const parts = {
    ...{ database: open.database, config, mailer, vault, limits, log, now, fetch },
    ...(hashing === "real" ? {} : { passwords: quickPasswords }),
  };
  const settings = { current: () => ({}), reread: async () => {}, close: () => {} };
  const runtime = { ...parts, people: createPeople(parts), settings };
  server.on("request", getRequestListener(createApp(runtime as Runtime, () => aging).fetch));
  onTestFinished(async () => {
    await closeServer(server);
    await aging;
    await runtime.people.refusals.close();
    await runtime.people.background.settled();
    await open.close();
  });
  return {
    runtime,
    letters,
    log: () => lines.join(""),
    wait: (milliseconds) => {
      later += milliseconds;
      aging = aging.then(() =>
        open.database.update(rateLimits).set({ expire: sql`${rateLimits.expire} - ${milliseconds}` }),
      );
    },
    browser: (headers = {}) => new Browser(origin, headers),
  };
}

/** Creates an account, by an emailed link if the service sends email. */
export async function signUp(
  site: Site,
  browser: Browser,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<Page> {
  await browser.fill("/sign-up/", "/sign-up/", { email });
  await site.runtime.people.background.settled();
  return browser.fill(linkIn(site.letters.at(-1)), "/sign-up/", { name, password });
}

/** Creates an account with an unverified address, as was possible before verification was required. */
export async function squat(site: Site, draft: { name: string; email: string; password: string }) {
  await createPerson(site.runtime, draft);
  await site.runtime.database.update(users).set({ emailVerified: false }).where(eq(users.email, draft.email));
}

function createApp(runtime: Runtime, aged: () => Promise<unknown>): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .use(async (c, next) => {
      c.set("runtime", runtime);
      await aged();
      await next();
    })
    .onError((error, c) => {
      runtime.log.error({ err: error }, "a page failed");
      return c.text("Something went wrong.", 500);
    })
    .get("/login/", showLogin)
    .post("/login/", submitLogin)
    .post("/logout/", logout)
    .get("/login/link/", showSignInLink)
    .post("/login/link/", submitSignInLink)
    .post("/login/link/confirm/", confirmSignInLink)
    .get("/login/reset/", showPasswordReset)
    .post("/login/reset/", submitPasswordReset)
    .get("/login/reset/new/", showNewPassword)
    .post("/login/reset/new/", submitNewPassword)
    .get("/sign-up/", showSignUp)
    .post("/sign-up/", submitSignUp)
    .get("/account/", requirePerson, showAccount)
    .post("/account/password/", requirePerson, submitPasswordChange)
    .post("/account/sign-out-everywhere/", requirePerson, submitSignOutEverywhere)
    .get("/admin/people/", requireOperator, showPeople)
    .post("/admin/people/", requireOperator, submitInvitation)
    .get("/social/*", requirePerson, (c) => c.text(`Hello ${c.var.person.email}`))
    .post("/social/*", requirePerson, (c) => c.text("done"));
}

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** The target of a redirect, as the response has it. */
  readonly location: string;
}

/** Keeps cookies, and submits the forms of pages with their hidden fields. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;
  readonly #headers: Record<string, string>;

  constructor(origin: string, headers: Record<string, string>) {
    this.#origin = origin;
    this.#headers = headers;
  }

  get(address: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#ask(address, { headers });
  }

  post(
    address: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Page> {
    return this.#ask(address, { method: "POST", body: new URLSearchParams(fields), headers });
  }

  /** Opens a page and submits its form with the button for `action`. */
  async fill(address: string, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const { html } = await this.get(address);
    if (!html.includes(`action="${action}"`) && !html.includes(`action="${action}#`))
      throw new Error(`${address} has no form for ${action}: ${html}`);
    return this.post(action, { ...readFields(html), ...fields });
  }

  async signIn({ email, password }: { email: string; password: string }, next?: string): Promise<Page> {
    return this.fill(`/login/${next === undefined ? "" : `?${new URLSearchParams({ next })}`}`, "/login/", {
      email,
      password,
    });
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.get("/social/")).status === 200;
  }

  async #ask(address: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(new URL(address, this.#origin), {
      ...init,
      redirect: "manual",
      headers: { ...this.#headers, ...(init.headers as Record<string, string>), cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const [name = "", value = ""] = pair.split("=");
      if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return {
      status: response.status,
      headers: response.headers,
      html: await response.text(),
      location: response.headers.get("location") ?? "",
    };
  }
}

/** The fields of a page that already have a value. */
function readFields(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input [^>]*>/g)].map(([input]) => input);
  const fields = inputs.map((input) => [
    / name="([^"]*)"/.exec(input)?.[1] ?? "",
    decode(/ value="([^"]*)"/.exec(input)?.[1] ?? ""),
  ]);
  return Object.fromEntries(fields.filter(([name]) => name !== ""));
}

function decode(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** The link in the newest email. */
export function linkIn(letter: Letter | undefined): string {
  const link = /https?:\/\/\S+/.exec(letter?.text ?? "")?.[0];
  if (link === undefined) throw new Error("There is no letter with a link.");
  return link;
}

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
