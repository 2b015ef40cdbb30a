/** What people see around a link that is mailed: that it is on its way, or that it works no longer. */
import { Layout } from "./layout.tsx";

/** The same whether or not a letter was sent: nobody learns here who has an account. */
export function CheckYourMail({ email, minutes }: { email: string; minutes: number }) {
  return (
    <Layout title="Check your mail" shape="dialog">
      <h1>Check your mail</h1>
      <p>
        If <strong>{email}</strong> can be used here, a link is on its way. It works once, for {minutes}{" "}
        minutes.
      </p>
      <p>Nothing there after a few minutes? Look among the spam, check the address, then try again.</p>
      <p>
        <a href="/login/">Back to sign in</a>
      </p>
    </Layout>
  );
}

export function DeadLink({ problem, again }: { problem: string; again: string }) {
  return (
    <Layout title="This link does not work" shape="dialog">
      <h1>This link does not work</h1>
      <p class="notice bad" role="alert">
        {problem}
      </p>
      <p>
        <a class="button primary" href={again}>
          Ask for a new one
        </a>
      </p>
    </Layout>
  );
}
