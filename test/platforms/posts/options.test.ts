import { expect, test } from "vitest";
import { keptOf, type PostOption, readOptions } from "../../../src/platforms/platform.ts";
import { say } from "../../../src/words/words.ts";

const audience: PostOption = {
  kind: "choice",
  name: "audience",
  label: say("Who can see it"),
  isKept: true,
  values: [
    { value: "all", label: say("Anyone") },
    { value: "friends", label: say("Connections only") },
  ],
};
const warning: PostOption = { kind: "text", name: "warning", label: say("Content warning"), longest: 10 };
const hidden: PostOption = { kind: "switch", name: "hidden", label: say("Content warning") };
const language: PostOption = { kind: "language", name: "language", label: say("Language of the post") };
const all = [audience, warning, hidden, language];

test("what is chosen is read as forms send it, and what is as by default is not stored", () => {
  const given = { audience: "friends", warning: "  a\n b ", hidden: "on", language: "de" };
  expect(readOptions(all, given)).toEqual({
    values: { audience: "friends", warning: "a b", hidden: true, language: "de" },
    refused: [],
  });
  const empty = { audience: "all", warning: " ", hidden: "", language: "" };
  expect(readOptions(all, empty)).toEqual({ values: {}, refused: [] });
});

test("what is not given stays as it was, and what is given as by default takes it back", () => {
  const before = { audience: "friends", warning: "a", hidden: true };
  expect(readOptions(all, {}, before).values).toEqual(before);
  expect(readOptions(all, { audience: "all", hidden: "" }, before).values).toEqual({ warning: "a" });
});

test("a value that the option does not have is refused, and an option that the account does not have left out", () => {
  expect(readOptions(all, { audience: "enemies", nonsense: "yes" })).toEqual({
    values: {},
    refused: [audience],
  });
  expect(readOptions(all, { warning: "w".repeat(11) }).refused).toEqual([warning]);
  expect(readOptions(all, { hidden: "perhaps" }).refused).toEqual([hidden]);
  expect(readOptions([warning], { audience: "friends" })).toEqual({ values: {}, refused: [] });
});

test.each(["german", "d", "DE", "qq", "de-AT"])("%s is no language that servers know", (code) => {
  expect(readOptions(all, { language: code }).refused).toEqual([language]);
});

test("only what is kept is chosen again", () => {
  expect(keptOf(all, { audience: "friends", warning: "a", hidden: true })).toEqual({ audience: "friends" });
});
