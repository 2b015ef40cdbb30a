/** Error pages. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { requestId } from "../../operation/metrics/requests.ts";
import { failedForDatabase } from "../../operation/trouble/readiness.ts";
import { Barred } from "../../people/acting.ts";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import type { Reader, WebEnv } from "../guards/context.ts";
import { Layout } from "./layout.tsx";
import { show } from "./show.tsx";
import { Say, T } from "./words.tsx";

export interface ProblemPage {
  readonly title: Told;
  /** What happened and what to do. */
  readonly problem: Told;
  /** Links to continue with; by default one to the start page. */
  readonly actions?: Child;
  /** Further elements for the head. */
  readonly head?: Child;
}

/** Answers with a page that says what is wrong, with the navigation for signed-in people. */
export function showProblem(
  c: Context,
  status: ContentfulStatusCode,
  { title, problem, actions, head }: ProblemPage,
) {
  const person: Reader | undefined = c.get("person");
  return show(
    c,
    <Layout title={title} person={person} shape="dialog" head={head}>
      <h1>
        <Say told={title} />
      </h1>
      <p>
        <Say told={problem} />
      </p>
      <div class="actions">
        {actions ?? (
          <a class="button" href="/social/">
            <T>Go to Sharewell</T>
          </a>
        )}
      </div>
    </Layout>,
    status,
  );
}

/** Answers 404: for unknown addresses, and for what belongs to another person. */
export function showNotFound(c: Context) {
  return showProblem(c, 404, {
    title: say("Page not found"),
    problem: say("The address may be mistyped, or the page may have been removed."),
  });
}

/** Answers an error that no route caught. */
export async function showFailure(error: Error, c: Context<WebEnv>) {
  if (error instanceof HTTPException && error.status < 500) {
    return showProblem(c, error.status, {
      title: say("We could not process this request"),
      problem: say("Go back, reload the page and try again."),
    });
  }
  if (error instanceof Barred)
    return showProblem(c, 403, { title: say("Nothing was done"), problem: error.told });
  if (isRefusedByDatabase(error)) {
    c.var.runtime.log.warn({ err: error, ...about(c) }, "a page let bad input through");
    return showProblem(c, 400, {
      title: say("We could not process this request"),
      problem: say("Something you entered cannot be stored. Change it and try again."),
    });
  }
  if (await failedForDatabase(c.var.runtime, error)) return showAway(c, error);
  c.var.runtime.log.error({ err: error, ...about(c) }, "a page failed");
  return showProblem(c, 500, {
    title: say("Something went wrong on our side"),
    problem: say(
      "Please try again. If it happens again, contact the operator of this service and quote this number: {number}",
      { number: requestId() ?? "" },
    ),
  });
}

/** The request id makes each log line unique, so that none is dropped as a repetition. */
function about({ req: { method, path } }: Context) {
  return { method, path, requestId: requestId() };
}

/** When a browser retries after the database was away. */
const AWAY_SECONDS = 5;

/** Reloads a GET page by itself. A form is sent again by the person; its idempotency key keeps it from acting twice. */
function showAway(c: Context<WebEnv>, error: Error) {
  const { method, path } = c.req;
  c.var.runtime.log.warn({ err: error, method, path, database: "away" }, "a page failed");
  const isForm = !["GET", "HEAD"].includes(method);
  c.header("retry-after", String(AWAY_SECONDS));
  return showProblem(c, 503, {
    title: say("Back in a moment"),
    problem: isForm
      ? say(
          "There is a problem on our side: our database cannot be reached. What you typed is kept in this tab. Reload this page in a moment and confirm that you want to send the form again. Nothing is done twice.",
        )
      : say(
          "There is a problem on our side: our database cannot be reached. This page reloads automatically.",
        ),
    ...(isForm ? {} : { head: <meta http-equiv="refresh" content={String(AWAY_SECONDS)} />, actions: <></> }),
  });
}

/**
 * PostgreSQL's error codes for bad input, which our own checks should have refused before: not UTF-8, an invalid number,
 * date or id, out of range, too long for an index (PostgreSQL manual, appendix A).
 */
const REFUSED_INPUT: readonly string[] = ["22003", "22007", "22008", "22021", "22P02", "22P05", "54000"];

function isRefusedByDatabase(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isRefused = "code" in error && REFUSED_INPUT.includes(String(error.code));
  return isRefused || isRefusedByDatabase(error.cause);
}
