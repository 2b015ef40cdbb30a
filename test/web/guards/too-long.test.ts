/** A link that is too long gets a message, whichever part of the service reads it, and never an empty answer. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** As sent on the wire, to the end of the connection. */
function send(head: string): Promise<string> {
  return new Promise((done, fail) => {
    let answer = "";
    const socket = connect(service.port, "127.0.0.1", () => socket.write(head));
    socket.setEncoding("utf8");
    socket.on("data", (words) => {
      answer += words;
    });
    socket.on("end", () => done(answer));
    socket.on("error", (error) => (answer === "" ? fail(error) : done(answer)));
  });
}

function ask(length: number, language = "en") {
  const path = `/social/share/?url=https://coast.example/&description=${"a".repeat(length)}`;
  return send(
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept-language: ${language}\r\nconnection: close\r\n\r\n`,
  );
}

test.each([
  ["en", "This link is too long"],
  ["de", "Dieser Link ist zu lang"],
  ["fr", "Ce lien est trop long"],
  ["es", "Este enlace es demasiado largo"],
])("a link of 17,000 characters, read in %s: %s", async (language, title) => {
  const answer = await ask(17_000, language);
  expect(answer).toMatch(/^HTTP\/1\.1 414 /);
  expect(answer).toContain(title);
});

test("a link of 15,000 characters is read, and its description cut", async () => {
  expect(await ask(15_000)).toMatch(/^HTTP\/1\.1 303 /);
});

test("what cannot even be read gets the sentence in every language", async () => {
  const answer = await ask(70_000);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(answer).toContain("Content-Security-Policy".toLowerCase());
  for (const title of ["This link is too long", "zu lang", "trop long", "demasiado largo"])
    expect(answer).toContain(title);
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(Number(/content-length: (\d+)/.exec(head)?.[1])).toBe(Buffer.byteLength(body));
});

test("what is no request at all is refused without a word of links", async () => {
  const answer = await send("no request\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).not.toContain("link");
});
