/** Ways to share a page for people without an account here: plain links, to which nothing is added about the person. */
import type { PageLink } from "../../pages/page.ts";
import { fillSharePage, type ShareWay } from "../../platforms/registry.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { Mark, Sign } from "../frame/icons.tsx";
import { T, useWords } from "../frame/words.tsx";
import { serverPath } from "./server-path.ts";

interface OtherWaysProps {
  readonly link: PageLink;
  readonly ways: readonly ShareWay[];
}

/** Shows the link to copy, the share sheet where there is one, and the networks’ own pages. */
export function OtherWays({ link, ways }: OtherWaysProps) {
  const { t } = useWords();
  const { url, title } = link;
  return (
    <section class="other-ways" aria-labelledby="other-ways">
      <h2 id="other-ways">
        <T>Share it without an account here</T>
      </h2>
      <p class="own-ways">
        <input
          class="page-link"
          type="text"
          value={url}
          readonly
          aria-label={t("Link to the page")}
          dir="ltr"
        />
        <CopyButton text={url} what={t("Link to the page")} />
        <button class="button small" type="button" data-share={JSON.stringify({ url, title })} hidden>
          <Sign name="out" />
          <T>Share with an app…</T>
        </button>
      </p>
      {ways.length > 0 && (
        <>
          <ul class="way-links">
            {ways.map((way) => (
              <li>
                <a class="button" {...linkOf(way, link)}>
                  <Mark icon={way.icon} />
                  {t(way.label)}
                </a>
              </li>
            ))}
          </ul>
          <p class="quiet">
            <T>Each opens its own site or app with this page filled in. We keep nothing about you.</T>
          </p>
        </>
      )}
    </section>
  );
}

/** Our own page for a network with many servers, the app for email, else the network's page in a new tab. */
function linkOf(way: ShareWay, { url, title }: PageLink) {
  if (way.server !== undefined) return { href: serverPath(way.name, { url, title }) };
  const href = fillSharePage(way.sharePage, { url, title });
  return href.startsWith("mailto:") ? { href } : { href, target: "_blank", rel: "noopener noreferrer" };
}
