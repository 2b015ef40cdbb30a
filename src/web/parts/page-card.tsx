/** The page being shared, much as its link card will show it. */
import type { SharedPage } from "../../pages/page.ts";
import { Sign } from "./icons.tsx";

export function PageCard({ page }: { page: SharedPage }) {
  const { host, pathname, search } = new URL(page.url);
  return (
    <article class={page.image === undefined ? "page-card plain" : "page-card"}>
      {page.image !== undefined && (
        <div class="page-picture">
          <Sign name="page" />
          <img class="picture" src={page.image} alt="" referrerpolicy="no-referrer" />
        </div>
      )}
      <div class="page-words">
        <h2 class="clipped">{page.title}</h2>
        {page.description !== "" && <p class="page-description clipped">{page.description}</p>}
        <p class="page-address">
          <a href={page.url} title={page.url}>
            <span>{host.replace(/^www\./, "")}</span>
            <span class="quiet">{`${pathname}${search}` === "/" ? "" : `${pathname}${search}`}</span>
          </a>
        </p>
      </div>
    </article>
  );
}
