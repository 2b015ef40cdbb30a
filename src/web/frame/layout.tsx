/** The frame around every page: head, header, navigation and content. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { directionOf } from "../../words/languages.ts";
import type { Told } from "../../words/words.ts";
import { AppHead } from "../apps/app-head.tsx";
import { assetPath, frameScript } from "../assets.ts";
import type { Reader } from "../guards/context.ts";
import { BrandMark } from "./icons.tsx";
import { Navigation, type Place } from "./navigation.tsx";
import { usePageValues } from "./page-values.ts";
import { T } from "./words.tsx";

export interface LayoutProps {
  readonly title: Told;
  /** Set where somebody is signed in; the navigation is shown. */
  readonly person?: Reader | undefined;
  /** "dialog": a centred card, for signing in; "sheet": a wider card, for one share; "desk": a sheet with previews beside it. */
  readonly shape?: "page" | "dialog" | "sheet" | "desk";
  /** The place of the page in the navigation. */
  readonly current?: Place;
  /** The path to GET the page. When the page answers a form, Back and reload go there. */
  readonly address?: string | undefined;
  /** Load htmx, for pages that update in place. */
  readonly live?: boolean;
  /** Further elements for the head. */
  readonly head?: Child;
  readonly children: Child;
}

/**
 * htmx injects no styles, fetches nothing on Back and ignores error responses, and what a person has opened stays open
 * when a part of the page is replaced.
 */
const htmxConfig = JSON.stringify({
  history: false,
  includeIndicatorCSS: false,
  morphIgnore: ["data-htmx-powered", "open"],
  noSwap: [204, 304, "4xx", "5xx"],
});

/** Renders a whole page. */
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
  const { name, accentPath, logoPath, look = {}, words, answersForm, asksZone } = usePageValues();
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
          {asksZone && <meta name="zone" content="unknown" />}
          {answersForm && address !== undefined && <meta name="address" content={address} />}
          <link rel="icon" href={assetPath("icon.svg")} type="image/svg+xml" />
          {person !== undefined && <AppHead look={look} />}
          <link rel="stylesheet" href={assetPath("style.css")} />
          {accentPath !== undefined && <link rel="stylesheet" href={accentPath} />}
          {/* Blocks rendering until the page is complete and the script has run, so that nothing moves while it loads. */}
          <script src={assetPath("submit.js")} defer blocking="render" />
          <script>{raw(frameScript)}</script>
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
          <footer class="bottom">
            {shape !== "page" && navigation}
            <a href="/privacy/">
              <T>Privacy</T>
            </a>
          </footer>
        </body>
      </html>
    </>
  );
}
