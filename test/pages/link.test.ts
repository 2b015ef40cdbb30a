/** Addresses stay as their sites wrote them, except for what is removed or added by name. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addParameters,
  identify,
  normaliseAddress,
  readPageLink,
  withoutTracking,
} from "../../src/pages/page.ts";

function posted(url: string): string | undefined {
  const reading = readPageLink({ url });
  return "link" in reading ? reading.link.url : undefined;
}

const site = "https://coast.example/a";

describe("the tracking is cut out", () => {
  test.each([
    ["?a=1&b=%20x&utm_source=n", "?a=1&b=%20x"],
    ["?utm_source=n&a=1", "?a=1"],
    ["?a&utm_source=n&b=", "?a&b="],
    ["?flag&fbclid=x", "?flag"],
    ["?q=caf%E9&gclid=x", "?q=caf%E9"],
    ["?q=a+b&q=c%2Bd&igsh=x", "?q=a+b&q=c%2Bd"],
    ["?&a&&utm_source=n", "?&a&"],
    ["?a=%c3%a9&A='|~*(x)&utm_id=1", "?a=%c3%a9&A='|~*(x)"],
    ["?utm%5Fsource=n&a=1", "?a=1"],
    ["?UTM_Source=n&a=1", "?a=1"],
    ["?utm_source&a=1", "?a=1"],
    ["?utm_source=n", ""],
    ["?utm_source=n#/route", "#/route"],
    ["?a=1&utm_source=n#!/route?utm_source=n", "?a=1#!/route?utm_source=n"],
    ["?srsltid=1&_gl=2&_ga=3&gad_source=4&ttclid=5&mibextid=6&li_fat_id=7&mc_cid=8", ""],
  ])("of %s stays %s", (query, left) => {
    expect(withoutTracking(site + query)).toBe(site + left);
  });

  test.each([
    "?a=1;utm_source=n",
    "?a=1?utm_source=n",
    "??utm_source=n",
    "?xutm_source=n",
    "?id=1&ref=2&s=20&t=42s&v=x&list=y&source=z&si=1&feature=share",
    "?%=1&%E9=2&a=%",
    "?",
    "?&",
    "",
    "#utm_source=n",
  ])("of %s nothing is touched", (query) => {
    expect(withoutTracking(site + query)).toBe(site + query);
  });

  test.each([
    "?X-Amz-Date=1&X-Amz-Signature=abc&utm_source=n",
    "?Expires=1&Signature=a%2Fb&Key-Pair-Id=K&utm_source=n",
    "?sv=1&se=2&sp=r&sig=a%3D&fbclid=x",
    "?ex=1&is=2&hm=3&utm_source=n",
    "?w=1&s=0123456789abcdef0123456789abcdef&utm_source=n",
    "?hmac=1&utm_source=n",
  ])("a signed address is left alone: %s", (query) => {
    expect(withoutTracking(site + query)).toBe(site + query);
    expect(addParameters(site + query, "utm_medium=social")).toBe(site + query);
  });
});

describe("the operator's parameters are added", () => {
  test.each([
    ["", "?utm_source=x&utm_medium=y"],
    ["?", "?utm_source=x&utm_medium=y"],
    ["?a", "?a&utm_source=x&utm_medium=y"],
    ["?b=%20x&flag", "?b=%20x&flag&utm_source=x&utm_medium=y"],
    ["?a&", "?a&utm_source=x&utm_medium=y"],
    ["?utm%5Fsource=own", "?utm%5Fsource=own&utm_medium=y"],
    ["?a#/route", "?a&utm_source=x&utm_medium=y#/route"],
    ["#!/route?a=1", "?utm_source=x&utm_medium=y#!/route?a=1"],
    ["?q=caf%E9", "?q=caf%E9&utm_source=x&utm_medium=y"],
  ])("to %s", (query, made) => {
    expect(addParameters(site + query, "utm_source=x&utm_medium=y")).toBe(site + made);
  });

  test("encoded where they have to be", () => {
    expect(addParameters(site, "utm_campaign=Küste am Meer")).toBe(
      `${site}?utm_campaign=K%C3%BCste%20am%20Meer`,
    );
    expect(addParameters(site, "")).toBe(site);
  });
});

test.each([
  "https://coast.example/it's?q='a'|b&c=%c3%A9&&d",
  "https://coast.example/a/../b/./c//d",
  "https://coast.example/%7Euser/%2e%2e/x?flag&empty=&?x=[1]",
  "https://coast.example/#/tides/today",
  "https://coast.example/app#!/tides?day=1",
  "https://coast.example/a#part",
  "https://coast.example/a#:~:text=tide",
  "https://coast.example/#/a:~:text=tide",
  "https://coast.example/#/",
  "https://coast.example/?",
])("what a site wrote goes out to the letter: %s", (url) => {
  expect(posted(url)).toBe(url);
  expect(withoutTracking(url)).toBe(url);
});

test.each([
  ["HTTPS://Coast.Example:443", "https://coast.example/"],
  ["https://bücher.example/Ä?ö=ü", "https://xn--bcher-kva.example/%C3%84?%C3%B6=%C3%BC"],
  ["https://coast.example/a b?c d", "https://coast.example/a%20b?c%20d"],
  ["https:\\\\coast.example\\a", "https://coast.example/a"],
  ["https://coast.example/a#ä b", "https://coast.example/a#%C3%A4%20b"],
])("what is no address, or no page of its own, is put right: %s", (url, made) => {
  expect(posted(url)).toBe(made);
});

test("two routes of one script are two pages, two places in a page are one", () => {
  expect(normaliseAddress(`${site}#/one`)).not.toBe(normaliseAddress(`${site}#/two`));
  expect(normaliseAddress(`${site}#one`)).toBe(normaliseAddress(`${site}#two`));
  expect(identify({ url: `${site}#!/one` })).toBe(`${site}#!/one`);
  expect(identify({ url: `${site}#/one`, canonical: site })).toBe(`${site}#/one`);
  expect(identify({ url: `${site}?b=%20&a`, canonical: undefined })).toBe(
    identify({ url: "https://COAST.example/a/?a=&b=+&utm_source=n", canonical: undefined }),
  );
});

const parameter = fc.stringMatching(/^[a-zA-Z0-9%+=._~!*'();:@,/?[\]-]{0,8}$/);

test("whatever stands around it, one parameter is cut out and the rest is as it was", () => {
  fc.assert(
    fc.property(fc.array(parameter), fc.array(parameter, { minLength: 1 }), (before, after) => {
      fc.pre(before.concat(after).some((part) => part !== ""));
      const address = `${site}?${[...before, "utm_source=x", ...after].join("&")}`;
      const rest = [...before, ...after].join("&");
      const cut = withoutTracking(address);
      expect([address, rest === "" ? site : `${site}?${rest}`]).toContain(cut);
      expect(withoutTracking(cut)).toBe(cut);
      expect(new URL(addParameters(cut, "x=1")).searchParams.has("x")).toBe(true);
    }),
  );
});
