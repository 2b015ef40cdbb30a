/** The page that a person leaves from, for a network or a provider. */
import { say } from "../../words/words.ts";
import type { WebContext } from "../guards/context.ts";
import { Layout } from "./layout.tsx";
import { show } from "./show.tsx";
import { T } from "./words.tsx";

/**
 * Chromium and Safari hold the redirects after a form to the form-action of its page, and ours is this site only. So
 * whom a form sends away leaves from a page in between. A link of ours needs none.
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
