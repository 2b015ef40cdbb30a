import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { shareRequests, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { sendDownload } from "../../../src/web/frame/download.ts";
import type { WebEnv } from "../../../src/web/guards/context.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import {
  draftFor,
  orderFault,
  postsOn,
  shareTo,
  submit,
  untilDeletionEnds,
  untilSettled,
} from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let twitter: Connection;
let mastodon: Connection;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
  mastodon = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
});
afterAll(() => service.stop());

const page = (title: string, url = `https://blog.example.com/${title}`) => ({
  url,
  title,
  description: "",
  image: undefined,
});
const read = async (path: string) => await (await visitor.get(path)).text();

test("the history is filtered by network, account, outcome, page and day, and tells what it shows", async () => {
  await shareTo(service.runtime, person, draftFor([twitter, mastodon], { page: page("filter-one") }));
  await orderFault(service.emulator.twitter, "POST /2/tweets", {
    kind: "status",
    status: 403,
    body: { title: "Forbidden", detail: "No.", type: "about:blank", status: 403 },
  });
  await shareTo(service.runtime, person, draftFor([twitter], { page: page("filter-two") }));
  const shows = async (query: string) => {
    const html = await read(`/social/history/?${query}`);
    return [html.includes(">filter-one<"), html.includes(">filter-two<")];
  };
  expect(await shows("")).toEqual([true, true]);
  expect(await shows("platform=mastodon")).toEqual([true, false]);
  expect(await shows(`account=${mastodon.id}`)).toEqual([true, false]);
  expect(await shows("outcome=trouble")).toEqual([false, true]);
  expect(await shows("page=https://blog.example.com/filter-two%3Futm_source=x")).toEqual([false, true]);
  expect(await shows("from=2020-01-01&to=2020-12-31")).toEqual([false, false]);
  expect(await shows("platform=nonsense&from=never")).toEqual([true, true]);
  expect(await read("/social/history/?from=2020-01-01&to=2020-12-31")).toContain("No shares match.");
  const filtered = await read("/social/history/?platform=mastodon");
  expect(filtered).toContain('href="/social/history/export.csv?platform=mastodon"');
  expect(filtered).toMatch(/<option value="mastodon" selected/);
});

test("the history is exported as the filter shows it, all of it, and safe to open in a spreadsheet", async () => {
  const { database } = service.runtime;
  const [request] = await database
    .insert(shareRequests)
    .values({
      userId: person.id,
      url: "https://many.example.com/",
      title: "Many",
      description: "",
      message: "",
      idempotencyKey: "many",
    })
    .returning();
  const start = Date.now();
  await database.insert(socialShares).values(
    Array.from({ length: 450 }, (_, index) => ({
      shareRequestId: request?.id ?? "",
      userId: person.id,
      connectionId: twitter.id,
      sharedUrl: "https://many.example.com/",
      sharedTitle: index === 0 ? '=HYPERLINK("https://evil.example")' : `Number ${index}, "quoted"\nline`,
      text: "text",
      status: "posted" as const,
      createdAt: new Date(start - index * 1_000),
    })),
  );
  const answer = await visitor.get("/social/history/export.json?page=https://many.example.com/");
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="shares-[\d-]+\.json"$/);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const rows = z.array(z.object({ share_id: z.string(), page_title: z.string() })).parse(await answer.json());
  expect(new Set(rows.map(({ share_id }) => share_id)).size).toBe(450);
  const csv = await read("/social/history/export.csv?page=https://many.example.com/");
  expect(csv.startsWith("share_id,request_id,created_at,")).toBe(true);
  expect(csv).toContain(`,"'=HYPERLINK(""https://evil.example"")",`);
  expect(csv).toContain(`,"Number 1, ""quoted""\nline",`);
  expect(csv.match(/,text,,posted,/g)).toHaveLength(450);
  expect(await read("/social/history/export.json?page=https://none.example.com/")).toBe("[]\n");
});

test("shares of one moment, told apart by microseconds, are all in the export", async () => {
  const { database } = service.runtime;
  await database.execute(sql`with request as (
      insert into share_requests (user_id, url, title, description, message, idempotency_key)
      values (${person.id}, 'https://moment.example.com/', '', '', '', 'moment') returning id)
    insert into social_shares (share_request_id, user_id, connection_id, shared_url, shared_title, text, status, created_at)
    select id, ${person.id}, ${twitter.id}, 'https://moment.example.com/', '', 'text', 'posted',
      timestamptz '2026-01-01' + i * interval '1 microsecond' from request, generate_series(1, 1200) as i`);
  const text = await read("/social/history/export.json?page=https://moment.example.com/");
  const ids = z.array(z.object({ share_id: z.string() })).parse(JSON.parse(text));
  expect(new Set(ids.map(({ share_id }) => share_id)).size).toBe(1_200);
});

describe("a file that is made while it is sent", () => {
  /** Offers it at a separate address. */
  async function offer(pieces: AsyncGenerator<string>): Promise<string> {
    const app = new Hono<WebEnv>();
    app.use(compress());
    app.get("/", (c) => {
      c.set("runtime", service.runtime);
      return sendDownload(c, { name: "all.csv", type: "text/csv; charset=utf-8", pieces });
    });
    const server = createServer(getRequestListener(app.fetch));
    onTestFinished(() => void server.close());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  test("is made no further once whoever takes it breaks off", async () => {
    const over = Promise.withResolvers<string>();
    async function* endless() {
      try {
        for (;;) yield randomBytes(50_000).toString("hex");
      } finally {
        over.resolve("over");
      }
    }
    const breaking = new AbortController();
    const answer = await fetch(await offer(endless()), { signal: breaking.signal });
    await answer.body?.getReader().read();
    breaking.abort();
    expect(await over.promise).toBe("over");
  });

  test("breaks off where its making fails, rather than to look whole", async () => {
    async function* failing() {
      yield "first,second\r\n";
      throw new Error("The database went away.");
    }
    // Hono's server reports there that an answer broke off.
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const answer = await fetch(await offer(failing()));
    await expect(answer.text()).rejects.toThrow();
    expect(service.log()).toContain("an export broke off");
    expect(String(printed.mock.calls)).not.toContain("The database went away.");
  });
});

test("the accounts of a share stand in one order, and a disconnected one can be looked for", async () => {
  const threads = await connectAccount(service.runtime, person, { platform: "threads" });
  const [share] = await shareTo(
    service.runtime,
    person,
    draftFor([twitter, threads, mastodon], { page: page("in-order") }),
  );
  const idsIn = (html: string) => [...html.matchAll(/id="share-([\w-]+)"/g)].map(([, id]) => id);
  const outcomes = idsIn(await read(`/social/share/${share?.requestId}/`));
  expect(outcomes).toHaveLength(3);
  const unfolded = await read(`/social/history/${share?.requestId}/accounts/`);
  expect(idsIn(unfolded)).toEqual(outcomes);
  await disconnect(service.runtime, person, threads.id);
  expect(await read("/social/history/")).toMatch(
    new RegExp(`<option value="${threads.id}">@ana \\(Threads\\), disconnected</option>`),
  );
});

test("what was deleted is no longer said to be posted, and what is to come was not sent", async () => {
  const [one, two] = await shareTo(
    service.runtime,
    person,
    draftFor([twitter, mastodon], { page: page("to-delete") }),
  );
  const path = `/social/share/${one?.requestId}/`;
  await visitor.post(`/social/delete/${one?.id}/`, {});
  await untilDeletionEnds(service.runtime, person, one?.id ?? "");
  expect(await read(path)).toContain("Posted to 1 account. 1 post is deleted.");
  await visitor.post(`/social/delete/${two?.id}/`, {});
  await untilDeletionEnds(service.runtime, person, two?.id ?? "");
  expect(await read(path)).toMatch(/<h1>Deleted<\/h1>/);
  const at = new Date(Date.now() + 86_400_000);
  const coming = await submit(service.runtime, person, draftFor([twitter], { at, page: page("to-come") }));
  const request = await getShareRequest(service.runtime, person, coming);
  const details = `/social/shares/${request?.shares[0]?.id}/`;
  expect(await read(details)).toContain("What will be sent");
  await visitor.post(`/social/share/${coming}/cancel/`, {});
  expect(await read(details)).toContain("What would have been sent");
});

test("one share's own page tells each try and what the network said, to its person only", async () => {
  await orderFault(service.emulator.mastodon, "POST /api/v1/statuses", { kind: "status", status: 503 });
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon], { page: page("tries") }));
  const html = await read(`/social/shares/${share?.id}/`);
  expect(html).toContain("You shared it.");
  expect(html).toMatch(/HTTP 503/);
  expect(html).toContain("Sent: the network posted it.");
  const stranger = await addPerson(service.runtime, "Ben");
  const [theirs] = await shareTo(
    service.runtime,
    stranger,
    draftFor([await connectAccount(service.runtime, stranger, { platform: "twitter", account: "ben" })]),
  );
  expect((await visitor.get(`/social/shares/${theirs?.id}/`)).status).toBe(404);
});

async function inDoubt(title: string): Promise<{ id: string; path: string }> {
  const [share] = await shareTo(service.runtime, person, draftFor([twitter], { page: page(title) }));
  await service.runtime.database
    .update(socialShares)
    .set({
      status: "unconfirmed",
      platformPostId: null,
      platformPostUrl: null,
      firstSentAt: new Date(),
      sends: 2,
    })
    .where(eq(socialShares.id, share?.id ?? ""));
  return { id: share?.id ?? "", path: `/social/share/${share?.requestId}/` };
}

test("of a doubtful share the person says that it is there, with its link", async () => {
  const { id, path } = await inDoubt("there");
  const posted = (await postsOn(service.emulator.twitter)).find(({ text }) => text.includes("/there"));
  const form = await read(path);
  expect(form).toContain("It is there");
  expect(form).toContain("It isn’t there: share again");
  const wrong = await visitor.post(`/social/resolve/${id}/there/`, {
    link: "https://evil.example/ana/status/1",
  });
  expect([wrong.status, await wrong.text()]).toEqual([
    422,
    expect.stringMatching(
      /<details class="confirm" id="there-[^"]+" open="">.*https:\/\/x\.com\/you\/status\/.*value="https:\/\/evil\.example\/ana\/status\/1"/s,
    ),
  ]);
  const told = await visitor.post(`/social/resolve/${id}/there/`, { link: ` ${posted?.url}?s=20 ` });
  expect([told.status, told.headers.get("location")]).toEqual([303, path]);
  const html = await read(path);
  expect(html).toContain(`href="${posted?.url}"`);
  expect(html).toContain("Posted");
  expect(await read(`/social/shares/${id}/`)).toContain("You said it is there.");
  expect((await visitor.post(`/social/resolve/${id}/again/`, {})).status).toBe(422);
  const late = await visitor.post(`/social/resolve/${id}/there/`, { link: posted?.url ?? "" });
  expect([late.status, await late.text()]).toEqual([422, expect.stringContaining('role="alert"')]);
});

test("looking for a doubtful share once more is told", async () => {
  const { id, path } = await inDoubt("looked-for");
  const looking = await visitor.post(`/social/retry/${id}/`, {});
  expect(looking.headers.get("location")).toBe(path);
  expect(await read(path)).toContain("We are checking X for it again.");
});

test("of a doubtful share the person says that it is not there, and it goes out once more", async () => {
  const { id, path } = await inDoubt("not-there");
  await service.runtime.database
    .update(socialShares)
    .set({ text: "Once more with feeling" })
    .where(eq(socialShares.id, id));
  expect((await visitor.post(`/social/resolve/${id}/again/`, {})).status).toBe(303);
  const [share] = await untilSettled(service.runtime, person, path.split("/")[3] ?? "");
  expect(share?.status).toBe("posted");
  const texts = (await postsOn(service.emulator.twitter)).map(({ text }) => text);
  expect(texts.filter((text) => text === "Once more with feeling")).toHaveLength(1);
  expect((await visitor.post(`/social/resolve/${id}/again/`, {})).status).toBe(422);
});
