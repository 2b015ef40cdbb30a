/** Two-step sign-in, set up by a person whose app is this code. */
import { createOTP } from "@better-auth/utils/otp";
import { expect } from "vitest";
import type { Visitor } from "./visitor.ts";

export interface WithPassword {
  readonly login: { readonly password: string };
  readonly visitor: Visitor;
}

/** @returns what the app would know, and the recovery codes */
export async function setUpCodes({ login, visitor }: WithPassword) {
  const page = await (await visitor.post("/account/second-factor/", { password: login.password })).text();
  const secret = /secret=([A-Z2-7]+)/.exec(page)?.[1] ?? "";
  const recovery = codesIn(page);
  const app = createOTP(fromBase32(secret));
  const confirmed = await visitor.post("/account/second-factor/confirm/", { code: await app.totp() });
  expect(confirmed.headers.get("location")).toBe("/account/?news=second-factor-on");
  return { app, recovery };
}

function fromBase32(text: string): string {
  const bits = [...text].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** The recovery codes that a page shows. */
export function codesIn(page: string): string[] {
  return [...page.matchAll(/<li><code>([\w-]+)<\/code>/g)].map(([, code = ""]) => code);
}
