/** What a person sees after deleting their account, while our access to their accounts at the networks ends. */
import { type Departure, findDeparture } from "../../connections/grants/leave.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { showNotFound } from "../frame/errors.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";

/** GET /left/:secret/. Open to anyone who has the address, because the account is gone; the page does not say whose it was. */
export async function showDeparture(c: WebContext) {
  const departure = await findDeparture(c.var.runtime, c.req.param("secret") ?? "");
  if (departure === undefined) return showNotFound(c);
  const address = c.req.path;
  // Without JavaScript, the whole page reloads.
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
        <T>Your data here is deleted: your account, history and settings. Your posts stay on the networks.</T>
      </p>
      <DepartureProgress departure={departure} address={address} />
    </Layout>,
  );
}

/** GET /left/:secret/progress/: the part of the page that htmx refreshes. */
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
    waiting > 0
      ? {
          "hx-get": `${address}progress/`,
          "hx-trigger": "every 2s",
          "hx-swap": "outerHTML",
          "data-unscripted": address,
        }
      : {};
  return (
    <div class="stack" {...live}>
      {waiting > 0 ? (
        <>
          <p>
            <T>
              We are ending our access to your accounts. You can close this page; this continues without you.
              You can sign up again at any time.
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
        <p class="banner bad">
          {t(
            "We could not end all of our access at {networks}. Remove this service in your account settings there.",
            { networks },
          )}
        </p>
      )}
    </div>
  );
}
