import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { readSignedRequest } from "../../../src/platforms/meta/signed-request.ts";

const secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
/** Made with that secret by another implementation. */
const known =
  "CUd5AJA8UmN8qsmntE_cFKrU0b6Wh6y0MUz5rnQr2u8.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImV4cGlyZXMiOjE3OTUzOTU2MDAsImlzc3VlZF9hdCI6MTc5NTM5MjAwMCwidXNlcl9pZCI6IjEwMjI0NTY3ODkwMTIzNDU2In0";

/** When it was made. */
const made = new Date(1_795_392_000_000);
const after = (seconds: number) => new Date(made.getTime() + seconds * 1_000);

function sign(payload: object, key = secret): string {
  const encoded = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${createHmac("sha256", key).update(encoded).digest("base64url")}.${encoded}`;
}

test("a request that Meta signed names the person, and when it was made", () => {
  expect(readSignedRequest(secret, known, made)).toEqual({ userId: "10224567890123456", issuedAt: made });
});

test.each([
  ["at once", 0, true],
  ["by a clock that is four minutes ahead of Meta's", 240, true],
  ["by a clock that is four minutes behind Meta's", -240, true],
  ["after an hour", 3_600, true],
  ["from ten minutes in the future", -600, false],
  ["after two hours", 7_200, false],
  ["after a quarter of a century", 25 * 365 * 86_400, false],
])("read %s", (_, seconds, counts) => {
  expect(readSignedRequest(secret, known, after(seconds)) !== undefined).toBe(counts);
});

test("padding makes no difference", () => {
  const [signature = "", payload = ""] = known.split(".");
  expect(readSignedRequest(secret, `${signature}=.${payload}`, made)?.userId).toBe("10224567890123456");
});

const [signature = "", payload = ""] = known.split(".");
const good = { algorithm: "HMAC-SHA256", issued_at: made.getTime() / 1_000 };

test("a request without an end of its own counts as well", () => {
  expect(readSignedRequest(secret, sign({ ...good, user_id: "1" }), made)?.userId).toBe("1");
});

test.each([
  ["another secret", sign({ ...good, user_id: "1" }, "another")],
  ["an altered payload", `${signature}.${payload.slice(0, -4)}AAAA`],
  ["an altered signature", `A${signature.slice(1)}.${payload}`],
  ["half a signature", `${signature.slice(0, 20)}.${payload}`],
  ["another algorithm", sign({ ...good, algorithm: "none", user_id: "1" })],
  ["no algorithm", sign({ issued_at: good.issued_at, user_id: "1" })],
  ["nobody", sign(good)],
  ["a number, which may have lost its end", sign({ ...good, user_id: 1 })],
  ["no time", sign({ algorithm: "HMAC-SHA256", user_id: "1" })],
  ["a time that is no number", sign({ ...good, user_id: "1", issued_at: String(good.issued_at) })],
  ["a time beyond all calendars", sign({ ...good, user_id: "1", issued_at: 1e300 })],
  ["more parts", `${known}.x`],
  ["one part", signature],
  ["nothing", ""],
  ["no field at all", undefined],
  ["what is no JSON", `${createHmac("sha256", secret).update("e30x").digest("base64url")}.e30x`],
])("%s proves nothing", (_, request) => {
  expect(readSignedRequest(secret, request, made)).toBeUndefined();
});
