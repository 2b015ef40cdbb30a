/** The welcome page of the first operator: sets the service's name and look, then leads to the share button. */
import { say } from "../../../words/words.ts";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { LookFields } from "../settings/look-fields.tsx";
import { type RefusedLook, saveLook } from "../settings/look-form.ts";
import { Steps } from "./steps.tsx";

/** GET /admin/welcome/: asks the first operator for the service's name and look. */
export function showWelcome(c: WebContext) {
  return renderWelcome(c);
}

/** POST /admin/welcome/: saves them and continues to the share button. */
export async function submitWelcome(c: WebContext) {
  const refused = await saveLook(c);
  if (refused === undefined) return c.redirect("/admin/welcome/sites/", 303);
  c.status(422);
  return renderWelcome(c, refused);
}

function renderWelcome(c: WebContext, refused?: RefusedLook) {
  const { runtime, person } = c.var;
  const { accent, logo } = runtime.settings.current();
  return show(
    c,
    <Layout title={say("Welcome")} person={person} shape="dialog" address="/admin/welcome/">
      <h1>
        <T name={person.name}>{"Welcome, {name}"}</T>
      </h1>
      <Steps at={1} />
      <form class="form" method="post" action="/admin/welcome/" enctype="multipart/form-data">
        <LookFields
          values={refused?.typed ?? { name: runtime.config.appName, accent }}
          hasLogo={logo !== undefined}
          problems={refused?.problems ?? new Map()}
        />
        <button class="button primary" type="submit">
          <T>Continue</T>
        </button>
        <a class="button" href="/admin/welcome/sites/">
          <T>Skip this step</T>
        </a>
      </form>
    </Layout>,
  );
}
