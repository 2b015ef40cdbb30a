/** The page being shared: its picture, title, description and address. */
import type { SharedPage } from "../../../pages/page.ts";
import { Sign } from "../../frame/icons.tsx";

interface PageCardProps {
  readonly page: SharedPage;
  /** The path of the page's picture on this service; undefined where there is none. */
  readonly picture: string | undefined;
}

export function PageCard({ page, picture }: PageCardProps) {
  const { host, pathname, search } = new URL(page.url);
  return (
    <article class={page.image === undefined ? "page-card plain" : "page-card"}>
      {page.image !== undefined && (
        <div class="page-picture">
          <Sign name="page" />
          {picture !== undefined && <img class="picture" src={picture} alt="" />}
        </div>
      )}
      <div class="page-words">
        <h2 class="clipped" dir="auto">
          {page.title}
        </h2>
        {page.description !== "" && (
          <p class="page-description clipped" dir="auto">
            {page.description}
          </p>
        )}
        <p class="page-address">
          <a href={page.url} title={page.url} rel="noreferrer" dir="ltr">
            <span>{host.replace(/^www\./, "")}</span>
            <span class="quiet">{`${pathname}${search}` === "/" ? "" : `${pathname}${search}`}</span>
          </a>
        </p>
      </div>
    </article>
  );
}
