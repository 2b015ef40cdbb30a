import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { demoSecret } from "../../../src/cli/demo/demo-apps.ts";
import type { MetaApp } from "../../../src/platforms/meta/call.ts";
import {
  buildLoginUrl,
  exchangeForPerson,
  type LoginParts,
  type MetaPerson,
} from "../../../src/platforms/meta/login.ts";
import { listPages, mayPost } from "../../../src/platforms/meta/pages.ts";
import type { AppRegistration } from "../../../src/platforms/platform.ts";
import { say } from "../../../src/words/words.ts";
import { approve } from "../../harness/networks/consent.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import { hostPicture } from "../../harness/networks/pictures.ts";
import { errorOf, outcomeOf } from "../../harness/networks/platforms.ts";
import { countCalls } from "../../harness/people/shares.ts";

const ana = "10224567890123456";
const portfolio = "208811223344556";
const redirectUri = "http://127.0.0.1:4100/social/callback/facebook/";
const needed = { pages_show_list: say("see your Pages"), pages_manage_posts: say("post on your Pages") };
const scopes = [...Object.keys(needed), "business_management"];

let emulator: Emulator;
let app: MetaApp;
let parts: LoginParts;
let sent: Request[];

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.facebook, "POST", "reset", {});
  const { origin } = emulator.facebook;
  app = { id: "138483919580948", secret: demoSecret, version: "v26.0", origin, apiOrigin: origin };
  sent = [];
  const world = {
    fetch: async (...asked: Parameters<typeof fetch>) => {
      sent.push(new Request(...asked));
      return await emulatedFetch(...asked);
    },
    serviceName: () => "Sharewell",
    now: () => new Date(),
    wait: async () => {},
    apps: {
      find: async () => undefined,
      save: async (_server: string, kept: AppRegistration) => kept,
      retire: async () => {},
      list: async () => [],
    },
    resolveTxt: async () => [],
    hostPicture,
  };
  parts = { app, world, label: "Facebook" };
});

const problem = (endpoint: string, name: string) =>
  control(emulator.facebook, "POST", "problems", { endpoint, problem: name });
const makePage = (page: object) => control(emulator.facebook, "POST", "pages", page);

const loginUrl = (again = false) =>
  buildLoginUrl(app, { redirectUri, state: "s", codeChallenge: "unused", again }, scopes);

/** Ana's answer in the dialog, and our result. */
async function logIn(choice: { untick?: readonly string[]; again?: boolean } = {}): Promise<MetaPerson> {
  const { searchParams } = new URL(await approve(loginUrl(choice.again), choice));
  const code = searchParams.get("code") ?? "";
  return await exchangeForPerson(parts, { redirectUri, code, codeVerifier: "unused", remember: {} }, needed);
}

const namesOf = async (person: MetaPerson) => (await listPages(parts, person)).map(({ name }) => name);

describe("the way to the dialog", () => {
  test("names the app, the way back, the state and the permissions, and brings no challenge", () => {
    expect(Object.fromEntries(new URL(loginUrl()).searchParams)).toEqual({
      client_id: app.id,
      redirect_uri: redirectUri,
      state: "s",
      response_type: "code",
      scope: "pages_show_list,pages_manage_posts,business_management",
    });
  });
});

describe("the person who logged in", () => {
  test("has a token of sixty days, an id as this app knows them, and what they granted", async () => {
    const person = await logIn();
    expect(person.grantedBy).toBe(`facebook:${ana}`);
    expect(person.granted).toEqual(expect.arrayContaining(scopes));
    const kept = emulator.facebook.world.memory.tokens.find(({ token }) => token === person.token);
    const days = ((kept?.expiresAtMs ?? 0) - (kept?.issuedAtMs ?? 0)) / 86_400_000;
    expect(Math.round(days)).toBe(60);
  });

  test("is told every permission that they left out, and what it is for", async () => {
    const error = await errorOf(logIn({ untick: Object.keys(needed) }));
    expect(error.code).toBe("permissions-missing");
    expect(error.message).toContain(
      "pages_show_list (see your Pages) and pages_manage_posts (post on your Pages)",
    );
  });

  test("may leave out what is only good to have", async () => {
    expect((await logIn({ untick: ["business_management"] })).granted).not.toContain("business_management");
  });

  test("is asked for it again only when we say so", async () => {
    await errorOf(logIn({ untick: ["pages_manage_posts"] }));
    expect(await outcomeOf(logIn())).toBe("rejected: permissions-missing");
    expect(await outcomeOf(logIn({ again: true }))).toBe("done");
  });

  test("a code serves once", async () => {
    const { searchParams } = new URL(await approve(loginUrl()));
    const code = searchParams.get("code") ?? "";
    const exchange = () =>
      exchangeForPerson(parts, { redirectUri, code, codeVerifier: "unused", remember: {} }, needed);
    expect(await outcomeOf(exchange())).toBe("done");
    const error = await errorOf(exchange());
    expect([error.kind, error.code]).toEqual(["rejected", "code-refused"]);
    expect(error.message).not.toContain(code);
  });

  test("an answer that cannot be read is no reason to give up", async () => {
    const fault = { kind: "status", status: 200, body: { data: "?" } };
    const endpoint = "GET /:version/me/permissions";
    await control(emulator.facebook, "POST", "faults", { endpoint, times: 1, fault });
    expect(await outcomeOf(logIn())).toBe("transient: unreadable");
  });
});

describe("the Pages of a person", () => {
  const roles = [{ accountId: ana, tasks: ["CREATE_CONTENT"], through: "portfolio" }];

  test("are their own and those of their portfolios, each once, with what each allows", async () => {
    const client = { id: portfolio, kind: "client" };
    await makePage({ id: "104523398765440", name: "A client's", roles, portfolio: client });
    const pages = await listPages(parts, await logIn());
    const allowed = Object.fromEntries(pages.map((page) => [page.name, mayPost(page)]));
    expect(allowed).toEqual({
      "Harbour Bakery": true,
      "Lima Events": true,
      "Old Mill": false,
      "A client's": true,
    });
    expect(pages).toHaveLength(4);
    expect(pages.every(({ access_token }) => access_token !== undefined)).toBe(true);
  });

  test("are only those that they ticked", async () => {
    expect(await namesOf(await logIn({ untick: ["104523398765433", "104523398765434"] }))).toEqual([
      "Harbour Bakery",
    ]);
  });

  test("of a portfolio stay hidden where that was not granted, and nobody asks for them", async () => {
    const person = await logIn({ untick: ["business_management"] });
    expect(await namesOf(person)).toEqual(["Harbour Bakery", "Old Mill"]);
    expect(await countCalls(emulator.facebook, "GET /:version/me/businesses")).toBe(0);
  });

  test.each([
    "GET /:version/me/businesses",
    "GET /:version/:id/owned_pages",
    "GET /:version/:id/client_pages",
  ])("%s may be refused, and hides none of the others", async (endpoint) => {
    const person = await logIn();
    await problem(endpoint, "permission-denied");
    expect(await namesOf(person)).toEqual(expect.arrayContaining(["Harbour Bakery", "Old Mill"]));
  });

  test("a list of their own that is refused is told", async () => {
    const person = await logIn();
    await problem("GET /:version/me/accounts", "session-ended");
    expect(await outcomeOf(listPages(parts, person))).toBe("reconnect-needed: token-refused");
  });

  test("are read to the end of the list, and of the portfolios", async () => {
    const more = 105;
    const own = [{ accountId: ana, tasks: ["MANAGE"], through: "page" }];
    for (let number = 0; number < more; number += 1)
      await makePage({ id: `90071992547409930${number}`, name: `Page ${number}`, roles: own });
    const { portfolios, pages } = emulator.facebook.world.memory;
    for (let number = 0; number < 30; number += 1)
      portfolios.unshift({ id: `3000${number}`, name: `Portfolio ${number}`, memberIds: [ana] });
    const person = await logIn();
    expect(await namesOf(person)).toHaveLength(pages.length - 1);
    expect(await countCalls(emulator.facebook, `GET /:version/:id/owned_pages`)).toBe(portfolios.length);
  });
});

test("no address on the way holds a secret, a code or a token", async () => {
  const person = await logIn();
  await listPages(parts, person);
  const { codes, tokens } = emulator.facebook.world.memory;
  const hidden = [demoSecret, ...codes.map(({ code }) => code), ...tokens.map(({ token }) => token)];
  expect(sent.length).toBeGreaterThan(5);
  for (const { url } of sent) for (const secret of hidden) expect(url).not.toContain(secret);
});
