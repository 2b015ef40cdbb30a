import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { readSignedRequest } from "../../src/platforms/meta-signed-request.ts";

const secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
/** Made with that secret by another implementation. */
const known =
  "CUd5AJA8UmN8qsmntE_cFKrU0b6Wh6y0MUz5rnQr2u8.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImV4cGlyZXMiOjE3OTUzOTU2MDAsImlzc3VlZF9hdCI6MTc5NTM5MjAwMCwidXNlcl9pZCI6IjEwMjI0NTY3ODkwMTIzNDU2In0";

function sign(payload: object, key = secret): string {
  const encoded = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${createHmac("sha256", key).update(encoded).digest("base64url")}.${encoded}`;
}

test("a request that Meta signed names the person", () => {
  expect(readSignedRequest(secret, known)).toBe("10224567890123456");
});

test("padding makes no difference", () => {
  const [signature = "", payload = ""] = known.split(".");
  expect(readSignedRequest(secret, `${signature}=.${payload}`)).toBe("10224567890123456");
});

const [signature = "", payload = ""] = known.split(".");
test.each([
  ["another secret", sign({ algorithm: "HMAC-SHA256", user_id: "1" }, "another")],
  ["an altered payload", `${signature}.${payload.slice(0, -4)}AAAA`],
  ["an altered signature", `A${signature.slice(1)}.${payload}`],
  ["half a signature", `${signature.slice(0, 20)}.${payload}`],
  ["another algorithm", sign({ algorithm: "none", user_id: "1" })],
  ["no algorithm", sign({ user_id: "1" })],
  ["nobody", sign({ algorithm: "HMAC-SHA256" })],
  ["a number, which may have lost its end", sign({ algorithm: "HMAC-SHA256", user_id: 1 })],
  ["more parts", `${known}.x`],
  ["one part", signature],
  ["nothing", ""],
  ["no field at all", undefined],
  ["what is no JSON", `${createHmac("sha256", secret).update("e30x").digest("base64url")}.e30x`],
])("%s proves nothing", (_, request) => {
  expect(readSignedRequest(secret, request)).toBeUndefined();
});
