/** Setting up one network: its addresses to paste, its settings, the steps, a test, and what went wrong lately. */
import { raw } from "hono/html";
import { z } from "zod";
import { authorize } from "../../connections/authorize.ts";
import { checkBaseUrl } from "../../operation/checks/address.ts";
import type { Check } from "../../operation/checks/check.ts";
import { readGuide } from "../../operation/guide.ts";
import { type Incident, listIncidents } from "../../operation/state.ts";
import { PlatformError, type PlatformName, platformNames } from "../../platforms/platform.ts";
import { aboutPlatform, type SettingState, type TestedApp } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { showNotFound } from "../frame/errors.tsx";
import { PlatformMark } from "../frame/icons.tsx";
import { readWords } from "../frame/language.ts";
import { show } from "../frame/show.tsx";
import { Moment } from "../frame/time.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { Admin } from "./admin-frame.tsx";
import { State } from "./setup.tsx";

const serverShape = z.object({ server: z.string().trim().max(300).catch("") });

export async function showNetwork(c: WebContext) {
  const name = platformNames.find((known) => known === c.req.param("platform"));
  return name === undefined ? showNotFound(c) : await renderNetwork(c, name);
}

/** Proves the credentials by a harmless call; where there are none, that a server lets our app in. */
export async function submitTest(c: WebContext) {
  const name = platformNames.find((known) => known === c.req.param("platform"));
  const { platforms, config } = c.var.runtime;
  if (name === undefined || platforms.missingSettings(name).length > 0) return showNotFound(c);
  if (aboutPlatform(name).server === undefined)
    return await renderNetwork(c, name, await platforms.testApp(name, callbackOf(config.baseUrl, name)));
  const { server } = serverShape.parse(await c.req.parseBody());
  return await renderNetwork(c, name, [await testServer(c, name, server)]);
}

async function testServer(c: WebContext, platform: PlatformName, server: string): Promise<TestedApp> {
  try {
    await authorize(c.var.runtime, { platform, server, state: "test", codeChallenge: "test" });
    return {
      way: undefined,
      verdict: "good",
      words: say("People can connect their accounts on {server}.", { server }),
    };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { way: undefined, verdict: error.kind === "transient" ? "unsure" : "bad", words: error.told };
  }
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
          <State verdict="bad" words={say("Refused")} />
        ) : (
          <State verdict={isSetUp ? "good" : "unsure"} words={isSetUp ? say("Set up") : say("Not yet")} />
        )}
      </header>
      {about.server === undefined ? (
        <>
          <Addresses baseUrl={runtime.config.baseUrl} check={await checkBaseUrl(runtime)} name={name} />
          <SettingsTable settings={runtime.platforms.listSettings(name)} />
        </>
      ) : (
        <p class="lead">
          <T>There is nothing to set up: we register with each server when someone first enters it.</T>
        </p>
      )}
      {isSetUp && <Test name={name} tested={tested} />}
      {incidents.length > 0 && <Incidents incidents={incidents.slice(0, 5)} zone={person.timeZone} />}
      <section class="card guide" aria-labelledby="steps">
        <h2 id="steps">
          <T>The steps</T>
        </h2>
        {raw(guide.steps)}
      </section>
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

function callbackOf(baseUrl: URL, name: PlatformName, rest = ""): string {
  return new URL(`social/callback/${name}/${rest}`, baseUrl).href;
}

interface AddressesProps {
  readonly baseUrl: URL;
  readonly check: Check;
  readonly name: PlatformName;
}

function Addresses({ baseUrl, check, name }: AddressesProps) {
  const { t } = useWords();
  const addresses = [
    [say("Redirect address"), callbackOf(baseUrl, name)],
    ...(aboutPlatform(name).callsAboutOwners
      ? [
          [say("Deauthorize callback"), callbackOf(baseUrl, name, "deauthorize/")],
          [say("Data deletion callback"), callbackOf(baseUrl, name, "delete/")],
        ]
      : []),
  ] as const;
  return (
    <section class="card stack" aria-labelledby="addresses">
      <h2 id="addresses">
        <T>Addresses to paste there</T>
      </h2>
      {addresses.map(([label = "", address = ""]) => (
        <div class="copyable">
          <label>
            {t(label)}
            <input type="text" value={address} readonly />
          </label>
          <CopyButton text={address} what={t(label)} />
        </div>
      ))}
      {check.verdict !== "good" && (
        <p class={`note ${check.verdict === "bad" ? "bad" : "doubt"}`}>{t(check.words)}</p>
      )}
    </section>
  );
}

/** Where a network is asked; only for trying against simulated ones. */
const isOrigin = ({ name }: SettingState) => name.endsWith("_ORIGIN");

function SettingsTable({ settings }: { settings: readonly SettingState[] }) {
  const shown = settings.filter((setting) => !isOrigin(setting) || setting.isSet);
  return (
    <section class="card stack" aria-labelledby="settings">
      <h2 id="settings">
        <T>Settings</T>
      </h2>
      <p class="quiet">
        <T file={<code>.env</code>}>
          {
            "Set these in the environment of the service, for example in {file}. Restart the service after a change."
          }
        </T>
      </p>
      <ul class="rows">
        {shown.map(({ name, isSet, isNeeded }) => (
          <li>
            <code>{name}</code>
            {isSet ? (
              <State verdict="good" words={say("Set")} />
            ) : isNeeded ? (
              <State verdict="bad" words={say("Missing")} />
            ) : (
              <p class="quiet">
                <T>Not set (optional)</T>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Test({ name, tested }: { name: PlatformName; tested: readonly TestedApp[] }) {
  const { t } = useWords();
  const { label, server } = aboutPlatform(name);
  return (
    <section class="card stack" id="test" aria-labelledby="test-heading">
      <h2 id="test-heading">
        <T>Test</T>
      </h2>
      <p class="quiet">
        {server === undefined ? (
          t("Asks {network} whether it knows your app. Nothing is posted and no account is touched.", {
            network: label,
          })
        ) : (
          <T>Asks a server whether people can connect there. Nothing is posted.</T>
        )}
      </p>
      <form class="form in-line" method="post" action={`/admin/setup/${name}/test/#test`}>
        {server !== undefined && (
          <label>
            <T>Server</T>
            <input type="text" name="server" placeholder={server.placeholder} maxlength={300} required />
          </label>
        )}
        <button class="button primary" type="submit">
          <T>Test</T>
        </button>
      </form>
      {tested.length > 0 && (
        <ul class="tested" role="status">
          {tested.map(({ way, verdict, words }) => (
            <li>
              <State
                verdict={verdict}
                words={way === undefined ? words : say("{way}: {words}", { way: t(way), words: t(words) })}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What networks refused or failed at. */
export function Incidents({ incidents, zone }: { incidents: readonly Incident[]; zone: string | undefined }) {
  const { t } = useWords();
  return (
    <section class="card stack" aria-labelledby="incidents">
      <h2 id="incidents">
        <T>Recent problems</T>
      </h2>
      <ul class="rows">
        {incidents.map(({ platform, doing, at, code, problem, httpStatus, isOurs }) => (
          <li>
            <p>
              <strong>
                {t(
                  "{network}, {doing, select, connecting {connecting an account} other {sharing}}{whose, select, ours {: yours to fix} other {}}",
                  { network: aboutPlatform(platform).label, doing, whose: isOurs ? "ours" : "theirs" },
                )}
              </strong>
              <span>{t(problem ?? code)}</span>
              <span class="quiet">
                <Moment at={at} zone={zone} />{" "}
                <code>{httpStatus === undefined ? code : `HTTP ${httpStatus}, ${code}`}</code>
              </span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
