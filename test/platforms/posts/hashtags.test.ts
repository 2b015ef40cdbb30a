import fc from "fast-check";
import twitter from "twitter-text";
import { expect, test } from "vitest";
import { USUAL_HASHTAGS, writeHashtags } from "../../../src/platforms/platform.ts";
import { aboutPlatform } from "../../../src/platforms/registry.ts";

const write = (
  keywords: readonly string[],
  name: Parameters<typeof aboutPlatform>[0] = "twitter",
  text = "",
) => writeHashtags(keywords, aboutPlatform(name).hashtags ?? USUAL_HASHTAGS, text);

test("several words become one tag in camel case, and a single word stays as it is", () => {
  expect(write(["open source", "iPhone", "web-design", "Q&A", "rock 'n' roll"])).toEqual([
    ...["#OpenSource", "#iPhone", "#WebDesign", "#QA", "#RockNRoll"],
  ]);
  expect(write(["Überraschungs-Ei", "été à Nice", "東京 タワー", "हिन्दी भाषा"])).toEqual([
    ...["#ÜberraschungsEi", "#ÉtéÀNice", "#東京タワー", "#हिन्दीभाषा"],
  ]);
  expect(write(["C++", "C#", "Node.js"])).toEqual(["#CPlusPlus", "#CSharp", "#NodeJs"]);
});

test("the same tag comes once, and none of what is no tag", () => {
  expect(write(["Sea", "sea", "#sea!", "🌊", "…", ""])).toEqual(["#Sea"]);
});

test("digits alone are no tag on X, Mastodon, LinkedIn, Facebook and Threads, and one on Instagram", () => {
  for (const name of ["twitter", "mastodon", "linkedin", "facebook", "threads"] as const)
    expect(write(["2026", "Summer 2026"], name)).toEqual(["#Summer2026"]);
  expect(write(["2026", "Summer 2026"], "instagram")).toEqual(["#2026", "#Summer2026"]);
});

test("a post gets one topic on Threads, up to thirty tags on Instagram, and five elsewhere", () => {
  const keywords = Array.from(
    { length: 40 },
    (_, index) => `word${String.fromCodePoint(97 + (index % 26))}${index}`,
  );
  expect(write(keywords, "threads")).toHaveLength(1);
  expect(write(keywords, "instagram")).toHaveLength(30);
  for (const name of ["twitter", "mastodon", "linkedin", "facebook"] as const)
    expect(write(keywords, name)).toHaveLength(5);
});

test("tags that the text has count too", () => {
  expect(write(["sea"], "threads", "On the #coast")).toEqual([]);
  expect(write(["sea", "coast"], "instagram", "On the #Coast")).toEqual(["#sea"]);
});

test("a topic of Threads has at most fifty characters", () => {
  expect(write(["a".repeat(51), "b".repeat(50)], "threads")).toEqual([`#${"b".repeat(50)}`]);
});

test("whatever a page calls its subjects, X recognises each tag as a whole", () => {
  const letter = fc.constantFrom(..."abcXYZäÖßéñçøłжЯςΩ東京のハ한국हिन्در01289_ -'’#+&.,!?()@/🌊");
  const keyword = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(fc.array(keyword, { maxLength: 4 }), (keywords) => {
      for (const tag of write(keywords)) expect(twitter.extractHashtags(`${tag} `)).toEqual([tag.slice(1)]);
    }),
  );
});
