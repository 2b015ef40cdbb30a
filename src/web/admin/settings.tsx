/** What the operator changes while the service runs: its name and look, who may come, and what is told. */
import type { Runtime } from "../../runtime.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { Notice } from "../parts/form.tsx";
import { LookFields, type LookValues } from "../parts/look-fields.tsx";
import { chargingPlatforms, RuleFields, type RuleValues } from "../parts/rule-fields.tsx";
import { T } from "../parts/words.tsx";
import { show } from "../show.tsx";
import { Admin } from "./frame.tsx";
import { saveLook } from "./look-form.ts";
import { saveRules } from "./rules-form.ts";

export function showSettings(c: WebContext) {
  return renderSettings(c, { good: c.req.query("news") === "saved" ? say("Saved.") : undefined });
}

export async function submitLook(c: WebContext) {
  const refused = await saveLook(c);
  if (refused === undefined) return c.redirect("/admin/settings/?news=saved", 303);
  c.status(422);
  return renderSettings(c, { bad: refused.bad, look: refused.typed });
}

export async function submitRules(c: WebContext) {
  const refused = await saveRules(c);
  if (refused === undefined) return c.redirect("/admin/settings/?news=saved", 303);
  c.status(422);
  return renderSettings(c, { bad: refused.bad, rules: refused.typed });
}

function presentRules({ config, settings }: Runtime): RuleValues {
  const { signUp, publicCounts, linkParameters } = config;
  const { postPrices } = settings.current();
  const prices = chargingPlatforms.flatMap((name) => {
    const price = postPrices?.[name];
    return price === undefined ? [] : [[name, { ...price, amount: String(price.amount) }] as const];
  });
  return { signUp, publicCounts, linkParameters, prices: new Map(prices) };
}

interface SettingsNews {
  readonly good?: Told | undefined;
  readonly bad?: Told | undefined;
  /** As they were typed, where they were refused. */
  readonly look?: LookValues;
  readonly rules?: RuleValues;
}

function renderSettings(c: WebContext, { good, bad, look, rules }: SettingsNews) {
  const { runtime, person } = c.var;
  const { appName, accent, logo } = { ...runtime.settings.current(), appName: runtime.config.appName };
  return show(
    c,
    <Admin title={say("Settings")} person={person} tab="settings" address="/admin/settings/">
      <h1>
        <T>Settings</T>
      </h1>
      <Notice good={good} bad={bad} />
      <p class="quiet">
        <T>They hold at once, and over what the environment says. Secrets stay in the environment.</T>
      </p>
      <div class="settings">
        <section class="card" aria-labelledby="look">
          <h2 id="look">
            <T>Name and look</T>
          </h2>
          <form class="form" method="post" action="/admin/settings/look/" enctype="multipart/form-data">
            <LookFields values={look ?? { name: appName, accent }} hasLogo={logo !== undefined} />
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
            <RuleFields values={rules ?? presentRules(runtime)} />
            <button class="button primary" type="submit">
              <T>Save</T>
            </button>
          </form>
        </section>
      </div>
    </Admin>,
  );
}
