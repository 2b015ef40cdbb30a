/** The way out to a network: asks for the server where a network has many, then sends the person there. */
import { z } from "zod";
import { startConnecting } from "../connections/connect.ts";
import { type ConnectWay, type PlatformName, platformNames } from "../platforms/platform.ts";
import { aboutPlatform } from "../platforms/registry.ts";
import type { Told } from "../words/words.ts";
import { say } from "../words/words.ts";
import { connectPath } from "./connect-path.ts";
import type { WebContext } from "./context.ts";
import { showNotFound, showProblem } from "./errors.tsx";
import { readNext } from "./next.ts";
import { Notice } from "./parts/form.tsx";
import { PlatformMark } from "./parts/icons.tsx";
import { Layout } from "./parts/layout.tsx";
import { Say, T } from "./parts/words.tsx";
import { show } from "./show.tsx";

const serverShape = z.string().trim().min(1).max(300).optional().catch(undefined);

export async function showConnect(c: WebContext) {
  const { runtime, person, sessionId } = c.var;
  const platform = platformNames.find((name) => name === c.req.param("platform"));
  if (platform === undefined) return showNotFound(c);
  const returnTo = readNext(c.req.query("return"));
  if (runtime.platforms.missingSettings(platform).length > 0) return showUnavailable(c, platform, returnTo);
  const server = serverShape.parse(c.req.query("server"));
  const asks = aboutPlatform(platform).server !== undefined;
  if (asks && server === undefined) return askForServer(c, platform, returnTo);
  const ways = runtime.platforms.getPlatform(platform).ways();
  const way =
    ways.find(({ name }) => name === c.req.query("way")) ?? (ways.length === 1 ? ways[0] : undefined);
  if (ways.length > 1 && way === undefined) return renderWays(c, { platform, returnTo, ways });
  const started = await startConnecting(runtime, {
    person,
    sessionId,
    platform,
    returnTo,
    ...(way === undefined ? {} : { way: way.name }),
    ...(c.req.query("again") === undefined ? {} : { again: true }),
    ...(asks && server !== undefined ? { server } : {}),
  });
  if ("redirect" in started) {
    return comesFromForm(c)
      ? renderLeaving(c, platform, started.redirect)
      : c.redirect(started.redirect, 303);
  }
  c.status(422);
  if (server !== undefined && asks)
    return renderServerForm(c, { platform, returnTo, server, bad: started.problem });
  return showProblem(c, 422, {
    title: say("{network} was not connected", { network: aboutPlatform(platform).label }),
    problem: started.problem,
    actions: <WaysOn platform={platform} returnTo={returnTo} />,
  });
}

/**
 * Chromium and Safari hold the redirects after a form to the form-action of its page, and ours is this site only. So
 * whoever a form sent here, of the server or of login, leaves from a page in between. A link of ours needs none.
 */
function comesFromForm(c: WebContext): boolean {
  if (c.req.header("sec-fetch-site") !== "same-origin") return false;
  const from = URL.parse(c.req.header("referer") ?? "")?.pathname ?? "";
  return c.req.query("server") !== undefined || !from.startsWith("/social/");
}

function renderLeaving(c: WebContext, platform: PlatformName, address: string) {
  const { label } = aboutPlatform(platform);
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

interface WaysPage {
  readonly platform: PlatformName;
  readonly returnTo: string;
  readonly ways: readonly ConnectWay[];
}

function renderWays(c: WebContext, { platform, returnTo, ways }: WaysPage) {
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
        <a class="button" href={returnTo}>
          <T>Cancel</T>
        </a>
      </p>
    </Layout>,
  );
}

interface ServerForm {
  readonly platform: PlatformName;
  readonly returnTo: string;
  readonly server: string;
  readonly bad?: Told | undefined;
}

function askForServer(c: WebContext, platform: PlatformName, returnTo: string) {
  if (c.req.query("server") === undefined) return renderServerForm(c, { platform, returnTo, server: "" });
  c.status(422);
  const example = aboutPlatform(platform).server?.placeholder ?? "";
  return renderServerForm(c, {
    ...{ platform, returnTo, server: "" },
    bad: say("Type your server, like {example}.", { example }),
  });
}

function renderServerForm(c: WebContext, { platform, returnTo, server, bad }: ServerForm) {
  const { label, server: asked } = aboutPlatform(platform);
  return show(
    c,
    <Layout title={say("Connect {network}", { network: label })} person={c.var.person} shape="dialog">
      <PlatformMark platform={platform} />
      <h1>
        <T network={label}>{"Connect {network}"}</T>
      </h1>
      <Notice bad={bad} />
      <form class="form" method="get" action={`/social/connect/${platform}/`}>
        <input type="hidden" name="return" value={returnTo} />
        <label>
          <Say told={asked?.label ?? ""} />
          <small>
            <Say told={asked?.hint ?? ""} />
          </small>
          <input
            type="text"
            name="server"
            value={server}
            placeholder={asked?.placeholder}
            inputmode="email"
            autocapitalize="none"
            autocorrect="off"
            spellcheck={false}
            maxlength={300}
            required
          />
        </label>
        <button class="button primary" type="submit">
          <T>Continue</T>
        </button>
        <a class="button" href={returnTo}>
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}

function showUnavailable(c: WebContext, platform: PlatformName, returnTo: string) {
  return showProblem(c, 404, {
    title: say("{network} is not available here", { network: aboutPlatform(platform).label }),
    problem: say("Whoever runs this service has not set it up yet."),
    actions: (
      <a class="button" href={returnTo}>
        <T>Back</T>
      </a>
    ),
  });
}

/** After an attempt that came to nothing. */
export function WaysOn({ platform, returnTo }: { platform: PlatformName; returnTo: string }) {
  return (
    <>
      <a class="button primary" href={connectPath(platform, returnTo, { again: "1" })}>
        <T>Try again</T>
      </a>
      <a class="button" href={returnTo}>
        <T>Back</T>
      </a>
    </>
  );
}
