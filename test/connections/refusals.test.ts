/** What a network's refusal to connect an account is told as, by RFC 6749, section 4.1.2.1. */
import { expect, test } from "vitest";
import { readRefusal } from "../../src/connections/oauth/connect-failures.ts";
import { inEnglish } from "../../src/words/words.ts";

const told = (error: string | undefined, said?: string) => {
  const { code, operator, problem } = readRefusal(error, said);
  return { code, operator, problem: inEnglish(problem) };
};

test.each([
  ["invalid_scope", "add the missing permission or product"],
  ["unauthorized_scope_error", "add the missing permission or product"],
  ["unauthorized_client", "check its ID and redirect address"],
  ["invalid_request", "check its ID and redirect address"],
  ["unsupported_response_type", "check its ID and redirect address"],
])("%s is the operator’s to fix", (code, advice) => {
  expect(told(code)).toEqual({ code, operator: true, problem: expect.stringContaining(advice) });
});

test.each(["server_error", "temporarily_unavailable"])("%s passes by itself", (code) => {
  const problem = `The network is having problems (${code}). Try again in a few minutes.`;
  expect(told(code)).toEqual({ code, operator: false, problem });
});

test("anything else is told with the network’s code and words", () => {
  expect(told("busy", "Come back later").problem).toBe(
    "The network did not connect the account (busy). It says: Come back later. Try again. If it says the same again, contact the operator of this service.",
  );
  expect(told("busy", "Come back later!").problem).toContain("It says: Come back later! Try again.");
  expect(told("busy").problem).toBe("The network did not connect the account (busy). Try again.");
  expect(told("<b>", "").problem).toBe("The network did not connect the account. Try again.");
  expect(told(undefined)).toMatchObject({ code: "no-code", operator: false });
});
