/** Downloading all of one's data, and deleting one's account. */
import { z } from "zod";
import { countAccounts } from "../../connections/account-search.ts";
import { signOut } from "../../people/sign-in/sign-in.ts";
import { deletePerson } from "../../people/standing.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { exportPerson } from "../../sharing/record/export-person.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { sendDownload } from "../frame/download.ts";
import { showNotFound } from "../frame/errors.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { takeKeptForm } from "../guards/kept-form.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";

const formShape = z.object({ email: z.string().trim().toLowerCase().catch("") });

/** GET /account/data.json: streams everything that we store about the person. */
export function sendData(c: WebContext) {
  const { runtime, person } = c.var;
  const day = runtime.now().toISOString().slice(0, 10);
  return sendDownload(c, {
    name: `sharewell-${day}.json`,
    type: "application/json; charset=utf-8",
    pieces: exportPerson(runtime, person),
  });
}

/** GET /account/delete/: says what deleting the account means, and asks to confirm. */
export function showLeaving(c: WebContext) {
  return renderLeaving(c, { typed: takeKeptForm(c).email });
}

/** POST /account/delete/: deletes the account if the email address was typed correctly. */
export async function submitLeaving(c: WebContext) {
  const { runtime, person } = c.var;
  const { email } = formShape.parse(await c.req.parseBody());
  if (email !== person.email) {
    c.status(422);
    return renderLeaving(c, {
      bad: say("That is not your email address. Nothing was deleted."),
      typed: email,
    });
  }
  const visitor = readVisitor(c);
  const left = await deletePerson(runtime, person, visitor);
  if (left === "not-found") return showNotFound(c);
  if ("problem" in left) {
    c.status(409);
    return renderLeaving(c, { bad: left.problem, typed: email });
  }
  const cookies = await signOut(runtime, visitor, "here");
  appendCookies(c, cookies);
  return c.redirect(`/left/${left.departure}/`, 303);
}

interface LeavingState {
  readonly bad?: Told;
  readonly typed?: string | undefined;
}

async function renderLeaving(c: WebContext, { bad, typed }: LeavingState) {
  const { runtime, person } = c.var;
  const networks = (await countAccounts(runtime, person)).map(
    ({ platform }) => aboutPlatform(platform).label,
  );
  return show(
    c,
    <Layout title={say("Delete your account")} person={person} shape="dialog">
      <h1>
        <T>Delete your account</T>
      </h1>
      <Banner bad={bad} />
      <ul class="bullets">
        <li>
          <T>Your history and settings are deleted, and scheduled shares are cancelled.</T>
        </li>
        {networks.length > 0 && (
          <li>
            <T networks={networks.join(", ")}>
              {
                "Your accounts are disconnected ({networks}) and our access to them ends. If a network does not let us end it, the next page asks you to remove this service there."
              }
            </T>
          </li>
        )}
        <li>
          <T>Your posts stay on the networks.</T>
        </li>
        <li>
          <T
            download={
              <a href="/account/data.json">
                <T>Download your data</T>
              </a>
            }
          >
            {"This cannot be undone. {download} first if you want a copy."}
          </T>
        </li>
      </ul>
      <form class="form" method="post" action="/account/delete/">
        <label>
          <T>To confirm, enter your email address</T>
          <input type="email" name="email" value={typed} autocomplete="off" required />
        </label>
        <button class="button danger" type="submit">
          <T>Delete my account for good</T>
        </button>
        <a class="button" href="/account/">
          <T>Keep my account</T>
        </a>
      </form>
    </Layout>,
  );
}
