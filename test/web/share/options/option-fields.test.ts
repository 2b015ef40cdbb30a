import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { optionField, readOptionFields } from "../../../../src/web/share/options/option-fields.ts";

const id = randomUUID();

test("options are read for accounts and networks, and fields of something else left alone", () => {
  const form = {
    [optionField(id, "visibility")]: "private",
    [optionField(id, "warning")]: "",
    [optionField("mastodon", "language")]: "de",
    [optionField("nowhere", "visibility")]: "private",
    "option-": "x",
    message: "Worth a read",
  };
  expect(readOptionFields(form)).toEqual({
    ownOptions: { [id]: { visibility: "private", warning: "" } },
    networkOptions: { mastodon: { language: "de" } },
  });
});

test("a box counts as its last field says, so that an unchecked one is off", () => {
  const field = optionField(id, "sensitive");
  const read = (sent: unknown) => readOptionFields({ [field]: sent }).ownOptions?.[id];
  expect(read(["", "on"])).toEqual({ sensitive: "on" });
  expect(read("")).toEqual({ sensitive: "" });
  expect(read(new File([], "a.txt"))).toBeUndefined();
});
