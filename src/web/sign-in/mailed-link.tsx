/** The pages about a mailed link: that it was sent, and that it no longer works. */

import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { breakable } from "../frame/breakable.tsx";
import { Layout } from "../frame/layout.tsx";
import { Say, T } from "../frame/words.tsx";

/** The same whether or not a letter was sent, so that nobody learns who has an account. */
export function CheckYourMail({ email, minutes }: { email: string; minutes: number }) {
  return (
    <Layout title={say("Check your email")} shape="dialog">
      <h1>
        <T>Check your email</T>
      </h1>
      <p>
        <T mail={<strong>{breakable(email)}</strong>} minutes={minutes}>
          {
            "If {mail} can be used here, we have sent it a link. The link works once and expires in {minutes} minutes."
          }
        </T>
      </p>
      <p>
        <T>Nothing after a few minutes? Check your spam folder and the address, then try again.</T>
      </p>
      <p>
        <a href="/login/">
          <T>Back to sign in</T>
        </a>
      </p>
    </Layout>
  );
}

/** @param again the page to request a new link; undefined if none can be mailed */
export function DeadLink({ problem, again }: { problem: Told; again: string | undefined }) {
  return (
    <Layout title={say("This link does not work")} shape="dialog">
      <h1>
        <T>This link does not work</T>
      </h1>
      <p class="banner bad" role="alert">
        <Say told={problem} />
      </p>
      <p>
        <a class="button primary" href={again ?? "/login/"}>
          {again === undefined ? <T>Back to sign in</T> : <T>Request a new link</T>}
        </a>
      </p>
    </Layout>
  );
}
