/** The pages before a person is sent to a network: choosing a way to connect, and a button that starts. */
import type { ConnectWay, PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { showProblem } from "../frame/errors.tsx";
import { PlatformMark } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { connectPath } from "./connect-path.ts";

/** What the person wants to connect, as far as they have said. */
export interface Wanted {
  readonly platform: PlatformName;
  /** A local path. */
  readonly returnTo: string;
  readonly server?: string;
  readonly way?: string;
  readonly again?: boolean;
}

/** The path that forms are sent to in order to start connecting. */
export const submitAddress = (platform: PlatformName) => `/social/connect/${platform}/`;

/** Shown to people who did not follow one of our links: another site may have sent them here, so they press a button first. */
export function renderStart(c: WebContext, { platform, returnTo, server, way, again }: Wanted) {
  const { label } = aboutPlatform(platform);
  return show(
    c,
    <Layout title={say("Connect {network}", { network: label })} person={c.var.person} shape="dialog">
      <PlatformMark platform={platform} />
      <h1>
        <T network={label}>{"Connect {network}"}</T>
      </h1>
      <p>
        {server === undefined ? (
          <T network={label}>{"Next, {network} asks you whether we may post for you."}</T>
        ) : (
          <T server={<strong>{server}</strong>}>{"Next, {server} asks you whether we may post for you."}</T>
        )}
      </p>
      <form class="form" method="post" action={submitAddress(platform)}>
        <input type="hidden" name="return" value={returnTo} />
        {server !== undefined && <input type="hidden" name="server" value={server} />}
        {way !== undefined && <input type="hidden" name="way" value={way} />}
        {again && <input type="hidden" name="again" value="1" />}
        <button class="button primary" type="submit">
          <T network={label}>{"Connect {network}"}</T>
        </button>
        <a class="button" href={returnTo} rel="noreferrer">
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}

interface WaysPage {
  readonly platform: PlatformName;
  readonly returnTo: string;
  readonly ways: readonly ConnectWay[];
}

export function renderWays(c: WebContext, { platform, returnTo, ways }: WaysPage) {
  const { label } = aboutPlatform(platform);
  return show(
    c,
    <Layout title={say("Connect {network}", { network: label })} person={c.var.person} shape="dialog">
      <PlatformMark platform={platform} />
      <h1>
        <T network={label}>{"Connect {network}"}</T>
      </h1>
      <ul class="ways">
        {ways.map((way) => (
          <li>
            <a class="way" href={connectPath(platform, returnTo, { way: way.name })}>
              <strong>
                <Say told={way.label} />
              </strong>
              <span class="quiet">
                <Say told={way.hint} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      <p class="actions">
        <a class="button" href={returnTo} rel="noreferrer">
          <T>Cancel</T>
        </a>
      </p>
    </Layout>,
  );
}

export function showUnavailable(c: WebContext, platform: PlatformName, returnTo: string) {
  return showProblem(c, 404, {
    title: say("{network} is not available here", { network: aboutPlatform(platform).label }),
    problem: say("The operator of this service has not set it up yet."),
    actions: (
      <a class="button" href={returnTo} rel="noreferrer">
        <T>Back</T>
      </a>
    ),
  });
}

/** The buttons shown after connecting failed or was declined. */
export function RetryActions({ platform, returnTo }: { platform: PlatformName; returnTo: string }) {
  return (
    <>
      <form class="again" method="post" action={submitAddress(platform)}>
        <input type="hidden" name="return" value={returnTo} />
        <input type="hidden" name="again" value="1" />
        <button class="button primary" type="submit">
          <T>Try again</T>
        </button>
      </form>
      <a class="button" href={returnTo} rel="noreferrer">
        <T>Back</T>
      </a>
    </>
  );
}
