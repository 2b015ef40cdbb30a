/** The second step of signing in: the code from the person's app. */
import { z } from "zod";
import { signInByCode } from "../../people/second-factor/sign-in-by-code.ts";
import { TRUST_DAYS } from "../../people/sign-in/pending-sign-in.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Banner } from "../frame/banner.tsx";
import { CodeField, NextField } from "../frame/form.tsx";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { nextShape, withNext } from "../guards/next.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";

const formShape = z.object({
  code: z.string().max(100).catch(""),
  trust: z.literal("yes").optional().catch(undefined),
  next: nextShape,
});

/** GET /login/code/: asks for a code. */
export function showCode(c: WebContext) {
  return renderCode(c, { next: nextShape.parse(c.req.query("next")) });
}

/** POST /login/code/: signs in with an app's code or a recovery code. */
export async function submitCode(c: WebContext) {
  const { code, trust, next } = formShape.parse(await c.req.parseBody());
  const result = await signInByCode(c.var.runtime, readVisitor(c), { code, trusted: trust !== undefined });
  if ("problem" in result) {
    refuse(c, result, 422);
    return renderCode(c, { next, bad: result.problem });
  }
  appendCookies(c, result.cookies);
  return c.redirect(next, 303);
}

function renderCode(c: WebContext, { next, bad }: { readonly next: string; readonly bad?: Told }) {
  return show(
    c,
    <Layout title={say("Enter your code")} shape="dialog" address={withNext("/login/code/", next)}>
      <h1>
        <T>Enter your code</T>
      </h1>
      <Banner bad={bad} />
      <form class="form" method="post" action="/login/code/">
        <NextField next={next} />
        <CodeField label={say("Code from your app")} />
        <label class="tick">
          <input type="checkbox" name="trust" value="yes" />
          <T days={TRUST_DAYS}>{"Don’t ask again in this browser for {days} days"}</T>
        </label>
        <button class="button primary" type="submit">
          <T>Sign in</T>
        </button>
      </form>
      <p class="quiet">
        <T>Lost the app? Use a recovery code. Lost those too? Contact the operator of this service.</T>
      </p>
      <p>
        <a href={withNext("/login/", next)}>
          <T>Back to sign in</T>
        </a>
      </p>
    </Layout>,
  );
}
