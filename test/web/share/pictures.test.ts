import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownPictures, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const login = { name: "Ana Lima", email: "ana@example.com", password: "a sea of lanterns" };
const AT = "/social/share/pictures/";

let service: TestService;
let ana: Visitor;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, login);
  const [person] = await service.runtime.database.select({ id: users.id }).from(users);
  await connectAccount(service.runtime, { id: person?.id ?? "" }, { platform: "twitter" });
  ana = await signedInVisitor(service, login);
});
afterAll(() => service.stop());

function formWith(...files: readonly (readonly [name: string, bytes: Uint8Array])[]): FormData {
  const form = new FormData();
  form.set("url", "https://blog.example.com/pictures");
  form.set("title", "Pictures");
  form.set("message", "Kept words");
  for (const [name, bytes] of files) form.append("file", new Blob([Uint8Array.from(bytes)]), name);
  return form;
}

const kept = () => service.runtime.database.$count(ownPictures);

test("a file is added to the form, with everything that was written in it", async () => {
  const answer = await ana.postForm(AT, formWith(["sea.png", await drawPicture(300, 200)]));
  expect(answer.status).toBe(200);
  const page = await answer.text();
  expect(page).toContain("Kept words");
  const [, id] = /name="picture" value="([\da-f-]{36})"/.exec(page) ?? [];
  const picture = await ana.get(`/social/pictures/${id}/`);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  expect(picture.headers.get("cache-control")).toContain("private");
  expect((await ana.get("/social/pictures/6f0d6c0e-0000-4000-8000-000000000000/")).status).toBe(404);
});

test("what is refused is said with its name, and the form stays as it was", async () => {
  const before = await kept();
  const answer = await ana.postForm(
    AT,
    formWith(["notes.png", new TextEncoder().encode("words")], ["huge.jpg", new Uint8Array(30_000_000)]),
  );
  expect(answer.status).toBe(422);
  const page = await answer.text();
  expect(page).toContain("“notes.png” is not a picture that we can open, or it is broken.");
  expect(page).toContain("“huge.jpg” has 30 MB, and a picture may have at most 15.");
  expect(page).toContain("Kept words");
  expect(await kept()).toBe(before);
});

test("the form has at most twenty pictures", async () => {
  const files = await Promise.all(
    Array.from({ length: 21 }, async (_, at) => [`${at}.png`, await drawPicture(40, 30)] as const),
  );
  const page = await (await ana.postForm(AT, formWith(...files))).text();
  expect(page.match(/name="picture"/g)).toHaveLength(20);
  expect(page).toContain("A share has at most 20 pictures, so “20.png” was not added.");
});

test("a form beyond all reason is refused before it is read, and says what to do", async () => {
  const status = await new Promise<number | undefined>((done, fail) => {
    const sending = request(`${service.address}${AT.slice(1)}`, { method: "POST", agent: false }, (answer) =>
      done(answer.statusCode),
    );
    sending.on("error", fail);
    sending.setHeader("content-type", "multipart/form-data; boundary=x");
    sending.setHeader("content-length", 100_000_000);
    sending.flushHeaders();
  });
  expect(status).toBe(413);
});

test("strangers and other sites add nothing", async () => {
  const before = await kept();
  const form = formWith(["sea.png", await drawPicture(300, 200)]);
  const stranger = await createVisitor(service).postForm(AT, form);
  expect([stranger.status, stranger.headers.get("location")]).toEqual([
    303,
    expect.stringContaining("/login/"),
  ]);
  const elsewhere = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await ana.post(AT, { url: "https://blog.example.com/" }, elsewhere)).status).toBe(403);
  expect(await kept()).toBe(before);
});

test("a picture of an address that the page does not name is not fetched", async () => {
  const form = formWith();
  form.set("take", "https://intern.example.com/secret.png");
  const page = await (await ana.postForm(AT, form)).text();
  expect(page).not.toContain('name="picture"');
});
