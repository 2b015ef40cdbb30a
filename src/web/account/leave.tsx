/** All of a person's data to take away, and the end of their account. */
import { z } from "zod";
import { countAccounts } from "../../connections/account-search.ts";
import { type Departure, findDeparture } from "../../connections/grants/leave.ts";
import { signOut } from "../../people/sign-in/sign-in.ts";
import { deletePerson } from "../../people/standing.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { exportPerson } from "../../sharing/record/export-person.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { sendDownload } from "../frame/download.ts";
import { showNotFound } from "../frame/errors.tsx";
import { Notice } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { takeKeptForm } from "../guards/kept-form.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";

const formShape = z.object({ email: z.string().trim().toLowerCase().catch("") });

/** GET /account/data.json */
export function sendData(c: WebContext) {
  const { runtime, person } = c.var;
  const day = runtime.now().toISOString().slice(0, 10);
  return sendDownload(c, {
    name: `sharewell-${day}.json`,
    type: "application/json; charset=utf-8",
    pieces: exportPerson(runtime, person),
  });
}

export function showLeaving(c: WebContext) {
  return renderLeaving(c, { typed: takeKeptForm(c).email });
}

export async function submitLeaving(c: WebContext) {
  const { runtime, person } = c.var;
  const { email } = formShape.parse(await c.req.parseBody());
  if (email !== person.email) {
    c.status(422);
    return renderLeaving(c, {
      bad: say("That is not your mail address. Nothing was deleted."),
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

/** GET /left/…/: for whoever has its address, as they have no account any more. Nothing here says whose it was. */
export async function showDeparture(c: WebContext) {
  const departure = await findDeparture(c.var.runtime, c.req.param("secret") ?? "");
  if (departure === undefined) return showNotFound(c);
  const address = c.req.path;
  // Without JavaScript the page asks for itself as a whole.
  const reload = departure.waiting > 0 && (
    <noscript>
      <meta http-equiv="refresh" content="5" />
    </noscript>
  );
  return show(
    c,
    <Layout title={say("Your account is deleted")} shape="dialog" live={departure.waiting > 0} head={reload}>
      <h1>
        <T>Your account is deleted</T>
      </h1>
      <p>
        <T>
          Your data here is deleted: your account, history and settings. Your posts stay on the networks.
        </T>
      </p>
      <DepartureProgress departure={departure} address={address} />
    </Layout>,
  );
}

/** GET /left/…/progress/: the part of the page that goes on. */
export async function showDepartureProgress(c: WebContext) {
  const departure = await findDeparture(c.var.runtime, c.req.param("secret") ?? "");
  if (departure === undefined) return c.body(null, 404);
  const address = c.req.path.replace(/progress\/$/, "");
  return show(c, <DepartureProgress departure={departure} address={address} />);
}

function DepartureProgress({ departure, address }: { departure: Departure; address: string }) {
  const { t } = useWords();
  const { total, ended, waiting, left } = departure;
  if (total === 0) return null;
  const networks = left.map((name) => aboutPlatform(name).label).join(", ");
  const live =
    waiting > 0 ? { "hx-get": `${address}progress/`, "hx-trigger": "every 2s", "hx-swap": "outerHTML" } : {};
  return (
    <div class="stack" {...live}>
      {waiting > 0 ? (
        <>
          <p>
            <T>
              We are ending our access to your accounts. You can close this page; this continues without you. You can sign up again at any time.
            </T>
          </p>
          <progress max={total} value={total - waiting} aria-label={t("Access ended so far")} />
        </>
      ) : (
        left.length === 0 && (
          <p>
            <T>There is nothing left for you to do.</T>
          </p>
        )
      )}
      <p role="status">
        {t("Our access to {ended, number} of {total, number} accounts has ended.", { ended, total })}
      </p>
      {left.length > 0 && (
        <p class="notice bad">
          {t(
            "We could not end all of our access at {networks}. Remove this service in your account settings there.",
            { networks },
          )}
        </p>
      )}
    </div>
  );
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
      <Notice bad={bad} />
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
          <T>To confirm, enter your mail address</T>
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
