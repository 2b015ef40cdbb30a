/** The script for the menu of share buttons on other sites: the networks' own pages, as the operator chose them. */
import { findOfferedWays } from "../../operation/visitor-ways.ts";
import type { ShareWay } from "../../platforms/registry.ts";
import { languages } from "../../words/languages.ts";
import { wordsOf } from "../../words/words.ts";
import { createAsset, readOwn, serveToSites } from "../assets.ts";
import type { WebContext } from "../guards/context.ts";

const script = readOwn("button-ways.js");

/** GET /button-ways.js */
export function serveButtonWays(c: WebContext) {
  const ways = findOfferedWays(c.var.runtime.settings) ?? [];
  const content = `const WAYS = ${JSON.stringify(ways.map(describe))};\n${script}`;
  return serveToSites(c, createAsset("text/javascript", content));
}

function describe({ name, label, sharePage, server }: ShareWay) {
  const english = wordsOf("en").t(label);
  const others = languages.map((language) => [language, wordsOf(language).t(label)] as const);
  return {
    name,
    labels: Object.fromEntries([["en", english], ...others.filter(([, text]) => text !== english)]),
    sharePage,
    ...(server === undefined ? {} : { hasServers: true }),
  };
}
