/** The form that asks a visitor for their server. */
import type { PageLink } from "../../pages/page.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import type { ShareWay } from "../../platforms/registry.ts";
import { say, type Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { PlatformMark } from "../frame/icons.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { Say, T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { serverPath } from "./server-path.ts";
import { LinkCard } from "./visitor-share.tsx";

export interface Asked {
  readonly platform: PlatformName;
  readonly label: string;
  readonly field: NonNullable<ShareWay["server"]>;
  readonly link: PageLink;
  readonly server: string;
  readonly remember: boolean;
  readonly bad?: Told;
}

export function renderServerQuestion(c: WebContext, asked: Asked) {
  const { platform, label, field, link, server, remember, bad } = asked;
  return show(
    c,
    <Layout
      title={say("Share on {network}", { network: label })}
      shape="dialog"
      address={serverPath(platform, link)}
    >
      <PlatformMark platform={platform} />
      <h1>
        <T network={label}>{"Share on {network}"}</T>
      </h1>
      <Banner bad={bad} />
      <LinkCard link={link} />
      <form class="form" method="post" action={`/social/share/to/${platform}/`}>
        <input type="hidden" name="url" value={link.url} />
        <input type="hidden" name="title" value={link.title} />
        <label>
          <Say told={field.label} />
          <small>
            <Say told={field.hint} />
          </small>
          <input
            type="text"
            name="server"
            value={server}
            placeholder={field.placeholder}
            inputmode="email"
            autocapitalize="none"
            autocorrect="off"
            spellcheck={false}
            maxlength={300}
            required
            autofocus
          />
        </label>
        <label class="tick">
          <input type="checkbox" name="remember" value="yes" checked={remember} />
          <span>
            <T>Remember it in this browser</T>
          </span>
        </label>
        <button class="button primary" type="submit">
          <T>Continue</T>
        </button>
      </form>
    </Layout>,
  );
}
