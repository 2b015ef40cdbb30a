/** The Settings page: what the operator can change while the service runs. */
import type { Runtime } from "../../../service/runtime.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import type { Problems } from "../../frame/field-problem.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { Admin } from "../admin-frame.tsx";
import { LookFields } from "./look-fields.tsx";
import { type RefusedLook, saveLook } from "./look-form.ts";
import { noDetails, PrivacyFields } from "./privacy-fields.tsx";
import { type RefusedPrivacy, savePrivacy } from "./privacy-form.ts";
import { chargingPlatforms, RuleFields, type RuleValues } from "./rule-fields.tsx";
import { type RefusedRules, saveRules } from "./rules-form.ts";

/** GET /admin/settings/: the settings that can change while the service runs. */
export function showSettings(c: WebContext) {
  return renderSettings(c, { good: c.req.query("news") === "saved" ? say("Saved.") : undefined });
}

/** POST /admin/settings/look/: saves the service's name, colour and logo. */
export async function submitLook(c: WebContext) {
  const refused = await saveLook(c);
  if (refused === undefined) return c.redirect("/admin/settings/?news=saved", 303);
  c.status(422);
  return renderSettings(c, { look: refused });
}

/** POST /admin/settings/rules/: saves sign-up, public counts, link parameters and prices. */
export async function submitRules(c: WebContext) {
  const refused = await saveRules(c);
  if (refused === undefined) return c.redirect("/admin/settings/?news=saved", 303);
  c.status(422);
  return renderSettings(c, { rules: refused });
}

/** POST /admin/settings/privacy/: saves what the operator adds to the privacy page. */
export async function submitPrivacy(c: WebContext) {
  const refused = await savePrivacy(c);
  if (refused === undefined) return c.redirect("/admin/settings/?news=saved", 303);
  c.status(422);
  return renderSettings(c, { privacy: refused });
}

function currentRules({ config, settings }: Runtime): RuleValues {
  const { signUp, publicCounts, linkParameters } = config;
  const { postPrices, invitationContact = "", visitorWays } = settings.current();
  const visitors = visitorWays ?? { isOffered: true, without: [] };
  const prices = chargingPlatforms.flatMap((name) => {
    const price = postPrices?.[name];
    return price === undefined ? [] : [[name, { ...price, amount: String(price.amount) }] as const];
  });
  return { signUp, publicCounts, linkParameters, invitationContact, visitors, prices: new Map(prices) };
}

const noProblems: Problems = new Map();

interface SettingsNews {
  readonly good?: Told | undefined;
  readonly look?: RefusedLook;
  readonly rules?: RefusedRules;
  readonly privacy?: RefusedPrivacy;
}

function renderSettings(c: WebContext, { good, look, rules, privacy }: SettingsNews) {
  const { runtime, person } = c.var;
  const { accent, logo, privacy: details = noDetails } = runtime.settings.current();
  const { appName } = runtime.config;
  return show(
    c,
    <Admin title={say("Settings")} person={person} tab="settings" address="/admin/settings/">
      <h1>
        <T>Settings</T>
      </h1>
      <Banner good={good} />
      <p class="quiet">
        <T>Changes apply immediately and override the environment. Secrets stay in the environment.</T>
      </p>
      <div class="settings">
        <section class="card" aria-labelledby="look">
          <h2 id="look">
            <T>Name and look</T>
          </h2>
          <form class="form" method="post" action="/admin/settings/look/" enctype="multipart/form-data">
            <LookFields
              values={look?.typed ?? { name: appName, accent }}
              hasLogo={logo !== undefined}
              problems={look?.problems ?? noProblems}
            />
            <button class="button primary" type="submit">
              <T>Save</T>
            </button>
          </form>
        </section>
        <section class="card" aria-labelledby="rules">
          <h2 id="rules">
            <T>Rules</T>
          </h2>
          <form class="form" method="post" action="/admin/settings/rules/">
            <RuleFields
              values={rules?.typed ?? currentRules(runtime)}
              problems={rules?.problems ?? noProblems}
            />
            <button class="button primary" type="submit">
              <T>Save</T>
            </button>
          </form>
        </section>
        <section class="card" aria-labelledby="privacy">
          <h2 id="privacy">
            <T>Privacy page</T>
          </h2>
          <p class="quiet">
            <T page={<a href="/privacy/">{new URL("privacy/", runtime.config.baseUrl).href}</a>}>
              {"Networks ask for its address before they review your app: {page}"}
            </T>
          </p>
          <form class="form" method="post" action="/admin/settings/privacy/">
            <PrivacyFields values={privacy?.typed ?? details} problems={privacy?.problems ?? noProblems} />
            <button class="button primary" type="submit">
              <T>Save</T>
            </button>
          </form>
        </section>
      </div>
    </Admin>,
  );
}
