/** Asks for the server of a network that has many. */
import type { PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { PlatformMark } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { submitAddress } from "./connect-pages.tsx";

interface ServerForm {
  readonly platform: PlatformName;
  readonly returnTo: string;
  readonly server: string;
  readonly bad?: Told | undefined;
}

export function renderServerForm(c: WebContext, { platform, returnTo, server, bad }: ServerForm) {
  const { label, server: serverField } = aboutPlatform(platform);
  return show(
    c,
    <Layout title={say("Connect {network}", { network: label })} person={c.var.person} shape="dialog">
      <PlatformMark platform={platform} />
      <h1>
        <T network={label}>{"Connect {network}"}</T>
      </h1>
      <Banner bad={bad} />
      <form class="form" method="post" action={submitAddress(platform)}>
        <input type="hidden" name="return" value={returnTo} />
        <label>
          {serverField && <Say told={serverField.label} />}
          <small>{serverField && <Say told={serverField.hint} />}</small>
          <input
            type="text"
            name="server"
            value={server || c.var.runtime.platforms.getPlatform(platform).usualServer()}
            placeholder={serverField?.placeholder}
            inputmode="email"
            autocapitalize="none"
            autocorrect="off"
            spellcheck={false}
            maxlength={300}
            required
            autofocus
          />
        </label>
        <button class="button primary" type="submit">
          <T>Continue</T>
        </button>
        <a class="button" href={returnTo} rel="noreferrer">
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}
