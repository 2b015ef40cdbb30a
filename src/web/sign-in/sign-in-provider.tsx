/** Signing in with the OpenID Connect provider. */
import { z } from "zod";
import { readCookie, writeCookie } from "../../people/sign-in/cookies.ts";
import { isAnswerTo } from "../../people/sign-in/openid.ts";
import { beginProviderSignIn, signInByProvider } from "../../people/sign-in/sign-in-provider.ts";
import { say } from "../../words/words.ts";
import { showNotFound } from "../frame/errors.tsx";
import { NextField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { renderLeaving } from "../frame/leaving.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { nextShape, readNext, withNext } from "../guards/next.ts";
import { isOwnLink } from "../guards/own-press.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { renderLogin } from "./login.tsx";

/** Binds the provider's answer to the browser that started the flow; holds the state and the path to return to. */
const COOKIE = "oidc";
const PATH = "/login/oidc/";
const LIFETIME_SECONDS = 600;

/** GET /login/oidc/. Starts only if the link on a sign-in page was followed; otherwise shows a button. */
export async function showProvider(c: WebContext) {
  const next = readNext(c.req.query("next"));
  const { openid } = c.var.runtime.people;
  if (openid === undefined) return showNotFound(c);
  if (c.req.query("again") !== undefined) return renderOneMoreStep(c, next);
  return isOwnLink(c, "/login/")
    ? await startFlow(c, next, "link")
    : renderStart(c, next, openid.settings.name);
}

/** POST /login/oidc/: starts the flow. */
export async function submitProvider(c: WebContext) {
  const { next } = z.object({ next: nextShape }).parse(await c.req.parseBody());
  if (c.var.runtime.people.openid === undefined) return showNotFound(c);
  return await startFlow(c, next, "form");
}

async function startFlow(c: WebContext, next: string, by: "form" | "link") {
  const begun = await beginProviderSignIn(c.var.runtime, readVisitor(c));
  if ("problem" in begun) {
    refuse(c, begun, 503);
    return renderLogin(c, { email: "", next, bad: begun.problem });
  }
  const value = `${begun.state} ${next}`;
  appendCookies(c, [writeCookie(c.var.runtime.config, { name: COOKIE, value, seconds: LIFETIME_SECONDS })]);
  const { name } = c.var.runtime.people.openid?.settings ?? { name: "" };
  return by === "form" ? renderLeaving(c, name, begun.url) : c.redirect(begun.url, 303);
}

function renderStart(c: WebContext, next: string, provider: string) {
  return show(
    c,
    <Layout title={say("Sign in")} shape="dialog">
      <h1>
        <T>Sign in</T>
      </h1>
      <form class="form" method="post" action={PATH}>
        <NextField next={next} />
        <button class="button primary" type="submit">
          <T provider={provider}>{"Sign in with {provider}"}</T>
        </button>
        <a class="button" href={withNext("/login/", next)}>
          <T>Cancel</T>
        </a>
      </form>
    </Layout>,
  );
}

/** The content policy lets no form redirect to another site, so a person who submitted one continues from this page. */
function renderOneMoreStep(c: WebContext, next: string) {
  const address = `${PATH}?${new URLSearchParams({ next })}`;
  return show(
    c,
    <Layout
      title={say("One more step")}
      shape="dialog"
      head={<meta http-equiv="refresh" content={`0;url=${address}`} />}
    >
      <h1>
        <T>One more step</T>
      </h1>
      <p>
        <T provider={c.var.runtime.people.openid?.settings.name ?? ""}>
          {"You are signed in. Confirm once more at {provider}, so that you can sign in with it from now on."}
        </T>
      </p>
      <a class="button primary" href={address}>
        <T>Continue</T>
      </a>
    </Layout>,
  );
}

/** GET /login/oidc/callback/. An answer to another flow does not end the one in progress. */
export async function showProviderCallback(c: WebContext) {
  const { config } = c.var.runtime;
  const [known = "", ...rest] = (readCookie(config, c.req.raw.headers, COOKIE) ?? "").split(" ");
  const next = readNext(rest.join(" "));
  const query = new URL(c.req.url).searchParams;
  const state = known !== "" && isAnswerTo(known, query) ? known : undefined;
  if (state !== undefined) appendCookies(c, [writeCookie(config, { name: COOKIE, value: "", seconds: 0 })]);
  const result = await signInByProvider(c.var.runtime, readVisitor(c), { query, state, next });
  if ("problem" in result) {
    refuse(c, result, 403);
    return renderLogin(c, { email: "", next, bad: result.problem });
  }
  appendCookies(c, result.cookies);
  return c.redirect(next, 303);
}
