/** The Set-up page: which networks are set up, and the results of all checks. */
import type { Check } from "../../../operation/checks/check.ts";
import { runChecks } from "../../../operation/checks.ts";
import { platformNames } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { fragmentOnly } from "../../frame/fragment.ts";
import { PlatformMark } from "../../frame/icons.tsx";
import { show } from "../../frame/show.tsx";
import { Say, T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { Admin } from "../admin-frame.tsx";
import { VerdictLine } from "../verdict.tsx";

/** GET /admin/setup/: lists networks; the checks follow by htmx, or with `?checks`. */
export async function showSetup(c: WebContext) {
  const { runtime, person } = c.var;
  // Checks may take some seconds. Without JavaScript, the page waits for them.
  const checks = c.req.query("checks") === undefined ? undefined : await runChecks(runtime);
  return show(
    c,
    <Admin title={say("Set-up")} person={person} tab="setup" live>
      <h1>
        <T>Set-up</T>
      </h1>
      <section aria-labelledby="networks" class="stack">
        <h2 id="networks">
          <T>Networks</T>
        </h2>
        <ul class="setup-networks">
          {platformNames.map((name) => {
            const missing = runtime.platforms.missingSettings(name);
            return (
              <li class="card">
                <a href={`/admin/setup/${name}/`}>
                  <PlatformMark platform={name} />
                  <strong>{aboutPlatform(name).label}</strong>
                </a>
                <VerdictLine
                  verdict={missing.length === 0 ? "good" : "unsure"}
                  words={missing.length === 0 ? say("Set up") : say("Not yet")}
                />
              </li>
            );
          })}
        </ul>
      </section>
      <section aria-labelledby="checks" class="stack">
        <h2 id="checks">
          <T>Checks</T>
        </h2>
        <p class="quiet">
          <T command={<code>sharewell doctor</code>}>{"Run the same checks in a terminal: {command}"}</T>
        </p>
        {checks === undefined ? <PendingChecks /> : <Checks checks={checks} />}
      </section>
    </Admin>,
  );
}

/** GET /admin/setup/checks/: the fragment with the results. */
export async function showChecks(c: WebContext) {
  return show(c, <Checks checks={await runChecks(c.var.runtime)} />);
}

function PendingChecks() {
  return (
    <div
      class="checks card"
      hx-get="/admin/setup/checks/"
      hx-trigger="load"
      hx-swap="outerHTML"
      hx-config={fragmentOnly}
      data-unscripted="/admin/setup/?checks=now"
    >
      <p class="quiet" role="status">
        <T>Checking…</T>
      </p>
      <noscript>
        <a class="button" href="/admin/setup/?checks=now">
          <T>Check now</T>
        </a>
      </noscript>
    </div>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul class="checks card">
      {checks.map(({ id, what, verdict, words }) => (
        <li id={`check-${id}`}>
          <VerdictLine verdict={verdict} words={what} />
          <p>
            <Say told={words} />
          </p>
        </li>
      ))}
    </ul>
  );
}
