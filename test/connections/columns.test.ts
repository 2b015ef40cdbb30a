/** Shapes that are copied field by field: the compiler finds a copy that misses one. */
import { expect, expectTypeOf, test } from "vitest";
import { toAccount, toAccountColumns } from "../../src/connections/columns/account-columns.ts";
import {
  type EveryField,
  fromFields,
  type NoField,
  type SchemaOf,
} from "../../src/connections/columns/fields.ts";
import { candidateShape, resultsShape } from "../../src/connections/grants/granted.ts";
import { type Account, type OAuthResult, webAddress } from "../../src/platforms/platform.ts";
import { say } from "../../src/words/words.ts";

const account: Account = {
  ...{ id: "42", username: "ana", displayName: "Ana", grantedBy: "facebook:7" },
  avatarUrl: webAddress.parse("https://pictures.example/ana.png"),
  extra: { origin: "https://social.example" },
};
const result: OAuthResult = {
  account,
  tokens: {
    ...{ accessToken: "access", refreshToken: "refresh", ownerToken: "owner", scopes: ["write"] },
    ...{ expiresAt: new Date("2026-12-01T10:00:00Z"), renewAfter: new Date("2026-12-01T09:00:00Z") },
  },
  hindrance: say("You may not post here."),
};

test("an account is the same after it was stored, with all that a network tells of it and with the least", () => {
  const { id, username, displayName, extra } = account;
  const least: Account = { id, username, displayName, extra };
  expect(toAccount(toAccountColumns(account))).toStrictEqual(account);
  expect(toAccount(toAccountColumns(least))).toStrictEqual(least);
});

test("what a network granted is the same after it was sealed", () => {
  const least: OAuthResult = { account, tokens: { accessToken: "access", scopes: [] } };
  expect(resultsShape.parse(JSON.parse(JSON.stringify([result, least])))).toStrictEqual([result, least]);
});

test("an account to choose from holds no token", () => {
  expect(candidateShape.parse(result)).toStrictEqual({ account, hindrance: result.hindrance });
});

test("a copy that leaves out an optional field is not of the type", () => {
  interface Shape {
    readonly must: string;
    readonly may?: string;
  }
  expect(fromFields<Shape>({ must: "a", may: undefined })).toStrictEqual({ must: "a" });
  expectTypeOf<{ must: string }>().not.toExtend<EveryField<Shape>>();
  expectTypeOf<{ must: SchemaOf<Shape>["must"] }>().not.toExtend<SchemaOf<Shape>>();
  expectTypeOf<Pick<Shape, "may">>().not.toExtend<NoField>();
  expectTypeOf<Omit<Shape, "must" | "may">>().toExtend<NoField>();
});
