/** The frame around every page. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { directionOf } from "../../words/languages.ts";
import type { Told } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import type { Reader } from "../guards/context.ts";
import { BrandMark } from "./icons.tsx";
import { Navigation, type Place } from "./navigation.tsx";
import { usePageValues } from "./page-values.ts";
import { T } from "./words.tsx";

export interface LayoutProps {
  readonly title: Told;
  /** Signed in: the navigation is shown. */
  readonly person?: Reader | undefined;
  /** "dialog": one centred card, for login; "sheet": a wider one, for one share; "desk": with room for previews beside it. */
  readonly shape?: "page" | "dialog" | "sheet" | "desk";
  /** Where in the navigation the page is. */
  readonly current?: Place;
  /** Where the page is asked for. When it answers a form, Back and a reload lead there. */
  readonly address?: string | undefined;
  /** Loads htmx, for pages that change in place. */
  readonly live?: boolean;
  /** More for the head. */
  readonly head?: Child;
  readonly children: Child;
}

/**
 * No style or script is injected, nothing is fetched on Back, an answer that is not a fragment changes nothing, and what
 * a person has unfolded stays so.
 */
const htmxConfig = JSON.stringify({
  history: false,
  includeIndicatorCSS: false,
  morphIgnore: ["data-htmx-powered", "open"],
  noSwap: [204, 304, "4xx", "5xx"],
});

export function Layout({
  title,
  person,
  shape = "page",
  current,
  address,
  live,
  head,
  children,
}: LayoutProps) {
  const { name, accentPath, logoPath, words, answersForm } = usePageValues();
  const navigation = person !== undefined && <Navigation person={person} current={current} />;
  return (
    <>
      {raw("<!doctype html>")}
      <html lang={words.language} dir={directionOf(words.language)}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{`${words.t(title)} · ${name}`}</title>
          <meta name="robots" content="noindex" />
          <meta name="color-scheme" content="light dark" />
          {answersForm && address !== undefined && <meta name="address" content={address} />}
          <link rel="icon" href={assetPath("icon.svg")} type="image/svg+xml" />
          <link rel="stylesheet" href={assetPath("style.css")} />
          {accentPath !== undefined && <link rel="stylesheet" href={accentPath} />}
          {/* Nothing is painted before the page is whole and these have run: it would move as it grows. */}
          <script src={assetPath("submit.js")} defer blocking="render" />
          {live && <meta name="htmx-config" content={htmxConfig} />}
          {live && <script src={assetPath("htmx.js")} defer />}
          {live && <script src={assetPath("draft.js")} type="module" blocking="render" />}
          {head}
        </head>
        <body class={`shape-${shape}`}>
          <a class="skip" href="#content">
            <T>Skip to content</T>
          </a>
          <header class="top">
            <a class="brand" href="/social/">
              {logoPath === undefined ? <BrandMark /> : <img class="logo" src={logoPath} alt="" />}
              {name}
            </a>
            {shape === "page" && navigation}
          </header>
          <main id="content" tabindex={-1}>
            {children}
          </main>
          {shape !== "page" && navigation && <footer class="bottom">{navigation}</footer>}
        </body>
      </html>
    </>
  );
}
