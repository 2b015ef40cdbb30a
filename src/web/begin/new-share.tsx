/** Starts a share from a pasted address, and explains links that name no page. */
import { countDrafts } from "../../sharing/drafts/find-drafts.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { assetPath } from "../assets.ts";
import { DraftsLink } from "../drafts/drafts-link.tsx";
import { Banner } from "../frame/banner.tsx";
import { readWords } from "../frame/language.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

/** GET /social/new/: asks for the address of the page to share. */
export function showNewShare(c: WebContext) {
  return renderNewShare(c, { typed: "" });
}

/** Answers a share link that names no page with what is wrong, and asks for the address. */
export function showBadLink(c: WebContext, problem: Told) {
  const { url, text } = c.req.query();
  c.status(400);
  if (url === undefined && text !== undefined)
    return renderNewShare(c, {
      typed: text,
      bad:
        text.trim() === ""
          ? say("Paste the address of the page that you want to share.")
          : say("There is no web address in this text. Paste one like https://example.com/page."),
    });
  return renderNewShare(c, {
    typed: url ?? "",
    title: say("This share link does not work"),
    bad: say("{problem} Please tell the website that you came from.", {
      problem: readWords(c).t(problem),
    }),
  });
}

interface NewShare {
  readonly typed: string;
  readonly title?: Told;
  readonly bad?: Told;
}

async function renderNewShare(c: WebContext, { typed, title = say("New share"), bad }: NewShare) {
  const { t } = readWords(c);
  const drafts = await countDrafts(c.var.runtime, c.var.person);
  return show(
    c,
    <Layout
      title={title}
      person={c.var.person}
      current="new"
      head={<script src={assetPath("apps.js")} type="module" />}
    >
      <h1>{t(title)}</h1>
      <Banner bad={bad} />
      <form class="form begin" method="get" action="/social/share/">
        <label>
          <T>The page to share</T>
          <small>
            <T>Paste its address, or a text that has the address in it.</T>
          </small>
          <input
            type="text"
            name="text"
            value={typed}
            placeholder="https://example.com/page"
            autocomplete="off"
            autocapitalize="none"
            autocorrect="off"
            spellcheck={false}
            inputmode="url"
            maxlength={8_000}
            required
            autofocus
          />
        </label>
        <button class="button primary" type="submit">
          <T>Continue</T>
        </button>
      </form>
      <DraftsLink number={drafts} />
      <p class="quiet">
        <T>You can also start from your browser or phone.</T>{" "}
        <a href="/social/apps/">
          <T>Share from anywhere</T>
        </a>
      </p>
    </Layout>,
  );
}
