import { expect, test } from "vitest";
import { breakable } from "../../../src/web/frame/breakable.tsx";

test.each([
  ["@ana@mastodon.example.org on Mastodon", "@ana|@mastodon|.example|.org on Mastodon"],
  ["Write to someone.else@mail.example.com.", "Write to someone|.else|@mail|.example|.com."],
  ["@ana on X", "@ana on X"],
  ["A sentence without any long word. Another one.", "A sentence without any long word. Another one."],
])("%s may end a line at @ and dots, and nowhere else in a word", (text, broken) => {
  expect(
    String(<p>{breakable(text)}</p>)
      .replaceAll("<wbr/>", "|")
      .replaceAll(/<\/?span>/g, ""),
  ).toBe(`<p>${broken}</p>`);
});
