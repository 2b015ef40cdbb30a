/** The page "Your sites": the share button for the operator's sites, with this service's own address. */
import { say } from "../../../words/words.ts";
import { assetPath } from "../../assets.ts";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { Admin } from "../admin-frame.tsx";
import { SiteButton } from "./site-button.tsx";

/** The scripts of the button: the one that sites load, and ours for its colours. */
export const buttonScripts = (
  <>
    <script src="/button.js" type="module" />
    <script src={assetPath("sites.js")} type="module" blocking="render" />
  </>
);

/** GET /admin/sites/: the button's two lines, how it looks, and its colours. */
export function showSites(c: WebContext) {
  const { runtime, person } = c.var;
  return show(
    c,
    <Admin title={say("Your sites")} person={person} tab="sites" head={buttonScripts}>
      <h1>
        <T>Your sites</T>
      </h1>
      <SiteButton baseUrl={runtime.config.baseUrl} accent={runtime.settings.current().accent} />
      <section class="card stack" aria-labelledby="cards">
        <h2 id="cards">
          <T>How your pages will look</T>
        </h2>
        <p>
          <T>
            The networks make a card from what a page says about itself. Check one of your pages to see its
            card on each network, and what is missing.
          </T>
        </p>
        <a class="button" href="/card">
          <T>Check a page</T>
        </a>
      </section>
    </Admin>,
  );
}
