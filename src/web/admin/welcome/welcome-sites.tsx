/** The end of the first operator's welcome: the share button for their sites. */
import { say } from "../../../words/words.ts";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { SiteButton } from "../sites/site-button.tsx";
import { buttonScripts } from "../sites/sites.tsx";
import { Steps } from "./steps.tsx";

/** GET /admin/welcome/sites/: the button's two lines, and on to the first account. */
export function showWelcomeSites(c: WebContext) {
  const { runtime, person } = c.var;
  return show(
    c,
    <Layout title={say("Your sites")} person={person} shape="sheet" head={buttonScripts}>
      <h1>
        <T>Your sites</T>
      </h1>
      <Steps at={2} />
      <SiteButton baseUrl={runtime.config.baseUrl} accent={runtime.settings.current().accent} />
      <p class="quiet">
        <T
          page={
            <a href="/admin/sites/">
              <T>Your sites</T>
            </a>
          }
        >
          {"You find this again in Admin, under {page}."}
        </T>
      </p>
      <div class="actions">
        <a class="button primary" href="/social/">
          <T>Connect the first account</T>
        </a>
      </div>
    </Layout>,
  );
}
