/** The page checker for site developers: what a page says about itself, and how each network will show a link to it. */
import type { KnownPage } from "../../../pages/known-page.ts";
import { readPageLink } from "../../../pages/page.ts";
import { platformNames } from "../../../platforms/platform.ts";
import { drawLinkCard } from "../../../platforms/registry.ts";
import { say } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { sharePath } from "../share-path.ts";
import { explainUnread } from "./known-page-card.tsx";
import { PostPreview } from "./link-card.tsx";
import { toCardSource } from "./link-cards.ts";

/** The most that a page and its pictures may take. */
const PATIENCE_MS = 15_000;

/** GET /card?url= */
export async function showCardChecker(c: WebContext) {
  const { runtime, person } = c.var;
  const asked = c.req.query("url") ?? "";
  const reading = asked.trim() === "" ? undefined : readPageLink({ ...c.req.query(), url: asked });
  const problem = reading !== undefined && "problem" in reading ? reading.problem : undefined;
  if (problem !== undefined) c.status(400);
  const known =
    reading === undefined || "problem" in reading
      ? undefined
      : await runtime.pages.describe(reading.link, {
          patienceMs: PATIENCE_MS,
          afresh: true,
          reader: person.id,
        });
  return show(
    c,
    <Layout title={say("Check a page")} person={person}>
      <h1>
        <T>Check a page</T>
      </h1>
      <p class="quiet">
        <T>
          See how each network will show a link to a page, based on what the page says about itself right now.
        </T>
      </p>
      <Banner bad={problem} />
      <form class="form checker" method="get" action="/card">
        <label>
          <T>The page’s address</T>
          <input name="url" type="url" required value={asked} placeholder="https://" autocomplete="off" />
        </label>
        <button class="button primary" type="submit">
          <T>Check</T>
        </button>
      </form>
      {known !== undefined && <Result known={known} />}
    </Layout>,
  );
}

function Result({ known }: { known: KnownPage }) {
  const source = toCardSource(known);
  return (
    <>
      {known.metadata === undefined && (
        <p class="banner doubt" role="status">
          <Say told={explainUnread(known.problem)} />
        </p>
      )}
      <h2 class="clipped" dir="auto">
        {known.page.title}
      </h2>
      <ul class="post-previews">
        {platformNames.map((platform) => (
          <li>
            <PostPreview platform={platform} url={source.url} card={drawLinkCard(platform, source)} />
          </li>
        ))}
      </ul>
      {known.metadata !== undefined && <Facts known={known} />}
      <p class="actions">
        <a class="button" href={sharePath({ ...known.page })}>
          <T>Share it</T>
        </a>
      </p>
    </>
  );
}

/** Lists the page's tags, so that a developer sees what is missing. */
function Facts({ known: { page, metadata, previews } }: { known: KnownPage }) {
  const { t } = useWords();
  const facts: (readonly [string, string | undefined])[] = [
    [say("Title"), metadata?.title],
    [say("Description"), metadata?.description],
    [say("Canonical address"), metadata?.canonical],
    [say("Site"), metadata?.siteName],
    [say("Author"), metadata?.author],
    [say("Language"), metadata?.language],
    ...(metadata?.images ?? []).map(({ url, alt }) => [say("Picture"), tellPicture(url, alt)] as const),
    ...Object.entries(metadata?.tags ?? {}),
  ];
  function tellPicture(url: string, alt: string): string {
    const found = previews.get(url);
    const size =
      found === undefined ? "" : `, ${found.width} × ${found.height}, ${Math.ceil(found.size / 1_000)} kB`;
    return `${url}${size}${alt === "" ? "" : `, “${alt}”`}`;
  }
  return (
    <details class="more">
      <summary>
        <T>What the page says about itself</T>
      </summary>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div>
            <dt>{t(name)}</dt>
            <dd>
              {value === undefined || value === "" ? (
                <span class="quiet">
                  <T>nothing</T>
                </span>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt>
            <T>Found at</T>
          </dt>
          <dd>{metadata?.url ?? page.url}</dd>
        </div>
      </dl>
    </details>
  );
}
