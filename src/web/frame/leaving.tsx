/** The interstitial page on the way to a network or an identity provider. */
import { say } from "../../words/words.ts";
import type { WebContext } from "../guards/context.ts";
import { Layout } from "./layout.tsx";
import { show } from "./show.tsx";
import { T } from "./words.tsx";

/**
 * Answers with a page that redirects to another site. Chromium and Safari apply a page's `form-action` to redirects after
 * its forms, and ours allows this site only. Links need no such page.
 */
export function renderLeaving(c: WebContext, label: string, address: string) {
  return show(
    c,
    <Layout
      title={say("On to {network}", { network: label })}
      shape="dialog"
      head={<meta http-equiv="refresh" content={`0;url=${address}`} />}
    >
      <h1>
        <T network={label}>{"On to {network}…"}</T>
      </h1>
      <p>
        <a class="button primary" href={address}>
          <T>Continue</T>
        </a>
      </p>
    </Layout>,
  );
}
