/** The page with a person's hashtag sets. */
import { z } from "zod";
import {
  deleteHashtagSet,
  keepHashtagSet,
  LONGEST_SET_NAME,
  LONGEST_TAGS,
  listHashtagSets,
} from "../../sharing/templates/hashtag-sets.ts";
import { say, type Told } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

const PAGE = "/account/hashtags/";
const text = z.string().catch("");
const setShape = z.object({ name: text, tags: text });

/** GET /account/hashtags/: the sets, with a form for another one. */
export async function showHashtags(c: WebContext) {
  return renderHashtags(c);
}

/** POST /account/hashtags/: keeps a set; one of the same name is replaced. */
export async function submitHashtags(c: WebContext) {
  const written = setShape.parse(await c.req.parseBody());
  const bad = await keepHashtagSet(c.var.runtime, c.var.person, written);
  if (bad === undefined) return c.redirect(PAGE, 303);
  c.status(422);
  return renderHashtags(c, { ...written, bad });
}

/** POST /account/hashtags/:setId/delete/: deletes a set. Messages keep their tags. */
export async function submitHashtagsDeletion(c: WebContext) {
  await deleteHashtagSet(c.var.runtime, c.var.person, c.req.param("setId") ?? "");
  return c.redirect(PAGE, 303);
}

interface RefusedSet extends z.infer<typeof setShape> {
  readonly bad: Told;
}

async function renderHashtags(c: WebContext, refused?: RefusedSet) {
  const { runtime, person } = c.var;
  const sets = await listHashtagSets(runtime, person);
  return show(
    c,
    <Layout title={say("Hashtag sets")} person={person} shape="sheet" address={PAGE}>
      <h1>
        <T>Hashtag sets</T>
      </h1>
      <p class="quiet">
        <T>Each set is a button below the message of a share. Pressing it puts the tags into the message.</T>
      </p>
      {sets.length > 0 && (
        <ul class="rows">
          {sets.map(({ id, name, tags }) => (
            <li>
              <p>
                <strong>{name}</strong>
                <span class="quiet" dir="auto">
                  {tags}
                </span>
              </p>
              <form method="post" action={`${PAGE}${id}/delete/`}>
                <button class="button small" type="submit">
                  <T>Delete</T>
                  <span class="unseen">{` ${name}`}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form class="form" method="post" action={PAGE}>
        <Banner bad={refused?.bad} />
        <label>
          <T>Name</T>
          <small>
            <T>Using an existing name replaces that set.</T>
          </small>
          <input
            type="text"
            name="name"
            value={refused?.name}
            maxlength={LONGEST_SET_NAME}
            autocomplete="off"
            required
          />
        </label>
        <label>
          <T>Hashtags</T>
          <small>
            <T>With # or with commas between them: #OpenSource #coast, or open source, coast.</T>
          </small>
          <textarea dir="auto" name="tags" rows={2} maxlength={LONGEST_TAGS} required>
            {refused?.tags ?? ""}
          </textarea>
        </label>
        <div class="actions">
          <button class="button primary" type="submit">
            <T>Save the set</T>
          </button>
          <a class="button" href="/account/">
            <T>Your account</T>
          </a>
        </div>
      </form>
    </Layout>,
  );
}

/** The section of the account settings that leads there. */
export function HashtagsLink() {
  return (
    <section class="card" aria-labelledby="hashtags">
      <h2 id="hashtags">
        <T>Hashtag sets</T>
      </h2>
      <p class="quiet">
        <T>Hashtags that you often use together, put into a message with one press.</T>
      </p>
      <div class="actions">
        <a class="button" href={PAGE}>
          <T>Manage hashtag sets</T>
        </a>
      </div>
    </section>
  );
}
