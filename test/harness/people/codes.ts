/** Sets up two-step sign-in for a person, and generates the codes of their app. */
import { createOTP } from "@better-auth/utils/otp";
import type { Visitor } from "./visitor.ts";

export interface WithPassword {
  readonly login: { readonly password: string };
  readonly visitor: Visitor;
}

/** Starts the set-up; codes are not asked for yet. @returns the app's secret and the recovery codes */
export async function beginCodes({ login, visitor }: WithPassword) {
  const page = await (await visitor.post("/account/second-factor/", { password: login.password })).text();
  const secret = /secret=([A-Z2-7]+)/.exec(page)?.[1] ?? "";
  return { app: createOTP(fromBase32(secret)), recovery: codesIn(page) };
}

/** @returns what the app would know, and the recovery codes */
export async function setUpCodes({ login, visitor }: WithPassword) {
  const { app, recovery } = await beginCodes({ login, visitor });
  const confirmed = await visitor.post("/account/second-factor/confirm/", { code: await app.totp() });
  if (confirmed.headers.get("location") !== "/account/?news=second-factor-on")
    throw new Error(`The code was not taken: ${confirmed.status}.`);
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
