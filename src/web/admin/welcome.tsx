/** The first operator's first page: the service's name and look; then the first account. */
import type { WebContext } from "../context.ts";
import { Notice } from "../parts/form.tsx";
import { Layout } from "../parts/layout.tsx";
import { LookFields } from "../parts/look-fields.tsx";
import { show } from "../show.tsx";
import { saveLook } from "./settings.tsx";

export function showWelcome(c: WebContext) {
  return renderWelcome(c);
}

export async function submitWelcome(c: WebContext) {
  const bad = await saveLook(c);
  if (bad === undefined) return c.redirect("/social/", 303);
  c.status(422);
  return renderWelcome(c, bad);
}

function renderWelcome(c: WebContext, bad?: string) {
  const { runtime, person } = c.var;
  const { accent, logo } = runtime.settings.current();
  return show(
    c,
    <Layout title="Welcome" person={person} shape="dialog">
      <h1>{`Welcome, ${person.name}`}</h1>
      <ol class="steps">
        <li class="done">
          Your account<span class="unseen">: done</span>
        </li>
        <li aria-current="step">Name and look</li>
        <li>The first account</li>
      </ol>
      <Notice bad={bad} />
      <form class="form" method="post" action="/admin/welcome/" enctype="multipart/form-data">
        <LookFields name={runtime.config.appName} accent={accent} hasLogo={logo !== undefined} />
        <button class="button primary" type="submit">
          Continue
        </button>
        <a class="button" href="/social/">
          Leave it as it is
        </a>
      </form>
    </Layout>,
  );
}
