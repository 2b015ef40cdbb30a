/** The ways to start a share from outside: a bookmark, the installed app, the browser extension, other sites' buttons. */
import type { Child } from "hono/jsx";
import { say, type Told } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { Sign, type SignName } from "../frame/icons.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { writeBookmarklet } from "./bookmarklet.ts";

/** GET /social/apps/ */
export function showApps(c: WebContext) {
  const { config } = c.var.runtime;
  const { t } = readWords(c);
  const { host } = config.baseUrl;
  const bookmarklet = writeBookmarklet(config.baseUrl);
  const label = t("Share with {service}", { service: config.appName });
  return show(
    c,
    <Layout
      title={say("Share from anywhere")}
      person={c.var.person}
      current="new"
      head={<script src={assetPath("apps.js")} type="module" />}
    >
      <h1>
        <T>Share from anywhere</T>
      </h1>
      <div class="apps">
        <Way id="bookmark" title={say("In your browser: a bookmark")} sign="link">
          <p>
            <T>
              Drag this button to your bookmarks bar. On any page, press it to share that page, with the text
              that you selected.
            </T>
          </p>
          <p class="actions">
            <a class="button primary" href={bookmarklet} data-bookmark draggable="true">
              <Sign name="plus" />
              {label}
            </a>
            <CopyButton text={bookmarklet} what={label} />
          </p>
          <p class="note quiet" data-drag role="status" hidden>
            <T>Drag it to the bookmarks bar instead of pressing it here.</T>
          </p>
          <p class="quiet">
            <T>
              No bookmarks bar? Bookmark any page, then replace the bookmark’s address with the copied one. A
              few sites forbid bookmarks like this in some browsers: use the extension there, or paste the
              address into New share.
            </T>
          </p>
        </Way>
        <Way id="app" title={say("On your phone or computer: an app")} sign="accounts">
          <p>
            <T>
              Install this service as an app. On Android, Windows and ChromeOS it then stands in the share
              sheet of every other app.
            </T>
          </p>
          <p class="actions">
            <button class="button primary" type="button" data-install hidden>
              <T>Install the app</T>
            </button>
          </p>
          <p class="quiet">
            <T>
              Chrome and Edge: menu, then “Install”. Safari: Share, then “Add to Home Screen” or “Add to
              Dock”. On iPhone and iPad, apps from the web are not in the share sheet: use the bookmark there.
            </T>
          </p>
        </Way>
        <Way id="extension" title={say("In your browser: an extension")} sign="tools">
          <p>
            <T>
              The extension has a button beside the address bar. It sees a page only when you press it there.
            </T>
          </p>
          <p class="quiet">
            <T service={config.baseUrl.href}>
              {
                "The operator of this service can give you the extension. If it asks for the address of your service, enter {service}"
              }
            </T>
          </p>
        </Way>
        <Way id="elsewhere" title={say("From share buttons of the fediverse")} sign="page">
          <p>
            <T handle={`share@${host}`}>
              {
                "Where a site asks for your handle to share on the fediverse, type {handle}. It brings you here with the page."
              }
            </T>
          </p>
        </Way>
      </div>
    </Layout>,
  );
}

interface WayProps {
  readonly id: string;
  readonly title: Told;
  readonly sign: SignName;
  readonly children: Child;
}

function Way({ id, title, sign, children }: WayProps) {
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>
        <Sign name={sign} /> <Say told={title} />
      </h2>
      {children}
    </section>
  );
}
