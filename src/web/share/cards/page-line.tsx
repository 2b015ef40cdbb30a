/** The page being shared, in one line: its picture, title and address. */
import type { Child } from "hono/jsx";
import type { SharedPage } from "../../../pages/page.ts";
import { Sign } from "../../frame/icons.tsx";

interface PageLineProps {
  readonly page: SharedPage;
  /** The path of the page's picture on this service; undefined where there is none. */
  readonly picture: string | undefined;
  /** Shown before the address. */
  readonly children?: Child;
}

export function PageLine({ page, picture, children }: PageLineProps) {
  const { host, pathname, search, hash } = new URL(page.url);
  const path = `${pathname}${search}${hash}`;
  return (
    <article class="page-line" title={page.description}>
      <div class="page-picture">
        <Sign name="page" />
        {picture !== undefined && <img class="picture" src={picture} alt="" />}
      </div>
      <div class="page-words">
        <h2 dir="auto" title={page.title}>
          {page.title}
        </h2>
        <p class="page-address">
          {children !== undefined && <span class="quiet">{children}</span>}
          <a href={page.url} title={page.url} rel="noreferrer" dir="ltr">
            <span>{host.replace(/^www\./, "")}</span>
            <span class="quiet">{path === "/" ? "" : path}</span>
          </a>
        </p>
      </div>
    </article>
  );
}
