/** The page being shared: its picture as we keep it, its words, its address. */
import type { SharedPage } from "../../../pages/page.ts";
import { Sign } from "../../frame/icons.tsx";
import type { WebContext } from "../../guards/context.ts";

interface PageCardProps {
  readonly page: SharedPage;
  /** The path of its picture here; undefined: it is not to be had. */
  readonly preview: string | undefined;
}

export function PageCard({ page, preview }: PageCardProps) {
  const { host, pathname, search } = new URL(page.url);
  return (
    <article class={page.image === undefined ? "page-card plain" : "page-card"}>
      {page.image !== undefined && (
        <div class="page-picture">
          <Sign name="page" />
          {preview !== undefined && <img class="picture" src={preview} alt="" />}
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

/** A picture that has to be fetched first is there at the next look. */
const PATIENCE_MS = 300;

export async function findPreview(c: WebContext, { image }: SharedPage): Promise<string | undefined> {
  if (image === undefined) return undefined;
  return (await c.var.runtime.pages.showPicture(image, PATIENCE_MS, c.var.person.id))?.path;
}
