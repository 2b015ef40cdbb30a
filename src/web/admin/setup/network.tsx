/** The set-up page of one network: addresses, settings, steps, a test and recent problems. */
import { raw } from "hono/html";
import { z } from "zod";
import { callbackAddress } from "../../../connections/oauth/authorize.ts";
import { checkBaseUrl } from "../../../operation/checks/address.ts";
import { testNetwork } from "../../../operation/checks/network-test.ts";
import { readGuide } from "../../../operation/guide.ts";
import { listIncidents } from "../../../operation/incidents.ts";
import { type PlatformName, platformNames } from "../../../platforms/platform.ts";
import { aboutPlatform, type TestedApp } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { showNotFound } from "../../frame/errors.tsx";
import { PlatformMark } from "../../frame/icons.tsx";
import { readWords } from "../../frame/language.ts";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { Admin } from "../admin-frame.tsx";
import { Incidents } from "../incidents.tsx";
import { VerdictLine } from "../verdict.tsx";
import { AppReview } from "./app-review.tsx";
import { Addresses } from "./network-addresses.tsx";
import { SettingsTable } from "./network-settings.tsx";
import { NetworkTest } from "./network-test.tsx";

const serverShape = z.object({ server: z.string().trim().max(300).catch("") });

/** GET /admin/setup/:platform/: the set-up page of a network. */
export async function showNetwork(c: WebContext) {
  const name = platformNames.find((known) => known === c.req.param("platform"));
  return name === undefined ? showNotFound(c) : await renderNetwork(c, name);
}

/** POST /admin/setup/:platform/test/: tests the app and shows the result on the same page. */
export async function submitTest(c: WebContext) {
  const { runtime } = c.var;
  const name = platformNames.find((known) => known === c.req.param("platform"));
  if (name === undefined || runtime.platforms.missingSettings(name).length > 0) return showNotFound(c);
  const { server } = serverShape.parse(await c.req.parseBody());
  return await renderNetwork(c, name, await testNetwork(runtime, name, server));
}

async function renderNetwork(c: WebContext, name: PlatformName, tested: readonly TestedApp[] = []) {
  const { runtime, person } = c.var;
  const about = aboutPlatform(name);
  const isSetUp = runtime.platforms.missingSettings(name).length === 0;
  const isRefused = tested.some(({ verdict }) => verdict === "bad");
  const guide = readGuide(about.guide, readWords(c).language, runtime.config);
  const incidents = await listIncidents(runtime, name);
  return show(
    c,
    <Admin
      title={say("Set up {network}", { network: about.label })}
      person={person}
      tab="setup"
      address={`/admin/setup/${name}/`}
    >
      <p>
        <a href="/admin/setup/">
          <T>All networks</T>
        </a>
      </p>
      <header class="network-head">
        <PlatformMark platform={name} />
        <h1>
          <T network={about.label}>{"Set up {network}"}</T>
        </h1>
        {isRefused ? (
          <VerdictLine verdict="bad" words={say("Refused")} />
        ) : (
          <VerdictLine
            verdict={isSetUp ? "good" : "unsure"}
            words={isSetUp ? say("Set up") : say("Not yet")}
          />
        )}
      </header>
      {about.server === undefined ? (
        <>
          <Addresses
            redirectAddress={callbackAddress(runtime, name, undefined)}
            privacyAddress={new URL("privacy/", runtime.config.baseUrl).href}
            check={await checkBaseUrl(runtime)}
            name={name}
          />
          <SettingsTable settings={runtime.platforms.listSettings(name)} />
        </>
      ) : (
        <p class="lead">
          <T>There is nothing to set up: we register with each server when someone first enters it.</T>
        </p>
      )}
      {isSetUp && <NetworkTest name={name} tested={tested} />}
      {incidents.length > 0 && <Incidents incidents={incidents.slice(0, 5)} zone={person.timeZone} />}
      <section class="card guide" aria-labelledby="steps">
        <h2 id="steps">
          <T>The steps</T>
        </h2>
        {raw(guide.steps)}
      </section>
      {about.reviewsApps && <AppReview network={about.label} baseUrl={runtime.config.baseUrl} />}
      {guide.troubles !== "" && (
        <details class="more guide">
          <summary>
            <T>Problems that people may see, and what to do</T>
          </summary>
          {raw(guide.troubles)}
        </details>
      )}
    </Admin>,
  );
}
