/** A share begins with a pasted address, or with what an app hands over. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const url = "https://blog.example.com/lighthouse";

let service: TestService;
let visitor: Visitor;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  visitor = await signedInVisitor(service, ana);
});
afterAll(() => service.stop());

async function handOver(parts: Record<string, string>, by = visitor): Promise<Record<string, string>> {
  const answer = await by.get(`/social/share/?${new URLSearchParams(parts)}`);
  expect(answer.status).toBe(303);
  const address = new URL(answer.headers.get("location") ?? "", service.address);
  expect(address.pathname).toBe("/social/share/");
  return Object.fromEntries(address.searchParams);
}

test("New share stands first in the navigation, on the empty history, and asks for an address", async () => {
  const history = await (await visitor.get("/social/history/")).text();
  const [first] = /<nav[\s\S]*?<a href="([^"]*)"/.exec(history)?.slice(1) ?? [];
  expect(first).toBe("/social/new/");
  expect(history.match(/href="\/social\/new\/"/g)).toHaveLength(2);
  const page = await (await visitor.get("/social/new/")).text();
  expect(page).toMatch(/<form[^>]*method="get" action="\/social\/share\/"/);
});

test("what phones hand over leads to the page's own share link, with the words for the message", async () => {
  expect(await handOver({ title: "Whisper", text: url, url: "" })).toEqual({ url, title: "Whisper" });
  expect(await handOver({ text: `Read this: ${url}` })).toEqual({ url, text: "Read this" });
  expect(await handOver({ title: `Whisper ${url}` })).toEqual({ url, title: "Whisper" });
  expect(await handOver({ text: "blog.example.com/lighthouse" })).toEqual({ url });
  expect(await handOver({ url: "blog.example.com/lighthouse", description: "It shouted" })).toEqual({
    url,
    description: "It shouted",
  });
});

test("whoever is not signed in keeps what was handed over through the sign-in", async () => {
  const found = await createVisitor(service).get(
    `/social/share/?${new URLSearchParams({ text: `Read this: ${url}` })}`,
  );
  const answer = await createVisitor(service).get(found.headers.get("location") ?? "");
  const next = new URL(answer.headers.get("location") ?? "", service.address).searchParams.get("next");
  expect(next).toBe(`/social/share/?${new URLSearchParams({ url, text: "Read this" })}`);
});

test("a text without an address is kept, with a sentence that says what to paste", async () => {
  const answer = await visitor.get(`/social/share/?${new URLSearchParams({ text: "just <words>" })}`);
  expect(answer.status).toBe(400);
  const html = await answer.text();
  expect(html).toContain("There is no web address in this text.");
  expect(html).toContain('value="just &lt;words&gt;"');
  expect(await (await visitor.get("/social/share/?text=+")).text()).toContain(
    "Paste the address of the page",
  );
});

test("a bad link says whom to tell, and asks for the address", async () => {
  for (const bad of [
    "",
    "url=x",
    "url=ftp%3A%2F%2Fexample.com%2Fa",
    "url=https%3A%2F%2Fana:secret@example.com",
  ]) {
    const answer = await visitor.get(`/social/share/?${bad}`);
    expect(answer.status, bad).toBe(400);
    const html = await answer.text();
    expect(html).toContain("This share link does not work");
    expect(html).toContain("Paste its address");
  }
});

test("the words that came with a page are its message, which the person can change", async () => {
  const html = await (
    await visitor.get(`/social/share/?${new URLSearchParams({ url, text: `Worth a read ${url}` })}`)
  ).text();
  // Nobody writes a message before an account is connected.
  expect(html).toContain("Connect an account first");
  expect(html).not.toContain("This share link does not work");
});
