/** The pages for what cannot be shown or done. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Told } from "../words/words.ts";
import { say } from "../words/words.ts";
import type { Reader, WebEnv } from "./context.ts";
import { Layout } from "./parts/layout.tsx";
import { Say, T } from "./parts/words.tsx";
import { show } from "./show.tsx";

export interface ProblemPage {
  readonly title: Told;
  /** What happened and what to do. */
  readonly problem: Told;
  /** Where to go from here; by default home. */
  readonly actions?: Child;
}

/** A page that says what is wrong, with the navigation where somebody is signed in. */
export function showProblem(
  c: Context,
  status: ContentfulStatusCode,
  { title, problem, actions }: ProblemPage,
) {
  const person: Reader | undefined = c.get("person");
  return show(
    c,
    <Layout title={title} person={person} shape="dialog">
      <h1>
        <Say told={title} />
      </h1>
      <p>
        <Say told={problem} />
      </p>
      <p class="actions">
        {actions ?? (
          <a class="button" href="/social/">
            <T>Go to Sharewell</T>
          </a>
        )}
      </p>
    </Layout>,
    status,
  );
}

/** For addresses that lead nowhere, and for what is not this person's to see. */
export function showNotFound(c: Context) {
  return showProblem(c, 404, {
    title: say("There is nothing here"),
    problem: say("The address may be mistyped, or what was here is gone."),
  });
}

/** Whatever nobody caught. */
export function showFailure(error: Error, c: Context<WebEnv>) {
  if (error instanceof HTTPException && error.status < 500) {
    return showProblem(c, error.status, {
      title: say("This request cannot be answered"),
      problem: say("Go back, reload the page and try again."),
    });
  }
  c.var.runtime.log.error({ err: error, method: c.req.method, path: c.req.path }, "a page failed");
  return showProblem(c, 500, {
    title: say("Something went wrong on our side"),
    problem: say("Please try again. If it happens again, tell whoever runs this service."),
  });
}
