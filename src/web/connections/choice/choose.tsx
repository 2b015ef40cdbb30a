/** Choosing which of the accounts that a network gave access to become connections. */
import { z } from "zod";
import { type Choice, findChoice } from "../../../connections/oauth/choose.ts";
import { takeChoice } from "../../../connections/oauth/take-choice.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Told } from "../../../words/words.ts";
import { say } from "../../../words/words.ts";
import { Banner } from "../../frame/banner.tsx";
import { showNotFound, showProblem } from "../../frame/errors.tsx";
import { leaveFlash } from "../../frame/flash.ts";
import { readWords } from "../../frame/language.ts";
import { Layout } from "../../frame/layout.tsx";
import { show } from "../../frame/show.tsx";
import { T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { readVisitor } from "../../guards/visitor.ts";
import { RetryActions } from "../connect-pages.tsx";
import { withConnected } from "../connect-path.ts";
import { CandidateRow } from "./candidate-row.tsx";
import { MANY_CANDIDATES, ManyCandidates, readChosen } from "./candidates.tsx";

/** GET /social/choose/:choiceId/: lists the accounts to choose from. */
export async function showChoice(c: WebContext) {
  const choice = await findChoice(c.var.runtime, c.var, c.req.param("choiceId") ?? "");
  return choice === undefined ? showExpired(c) : renderChoice(c, choice);
}

/** POST /social/choose/:choiceId/: connects the ticked accounts. */
export async function submitChoice(c: WebContext) {
  const { runtime } = c.var;
  const id = c.req.param("choiceId") ?? "";
  const form = await c.req.parseBody({ all: true });
  const chooser = { ...c.var, ipAddress: readVisitor(c).ipAddress };
  const offered = await findChoice(runtime, c.var, id);
  const chosen = offered === undefined ? [] : readChosen(form, offered.candidates);
  const taken = await takeChoice(runtime, chooser, id, chosen);
  switch (taken.outcome) {
    case "not-found":
      return showExpired(c);
    case "nothing-chosen": {
      const choice = await findChoice(runtime, c.var, id);
      if (choice === undefined) return showExpired(c);
      c.status(422);
      return renderChoice(c, choice, say("Tick at least one account, or cancel."));
    }
    case "connected": {
      const { platform, connections, problems, returnTo } = taken;
      if (problems.length === 0) {
        leaveFlash(c, connections.length > 1 ? "connected-several" : "connected", platform);
        return c.redirect(withConnected(returnTo, connections), 303);
      }
      const names = connections.map(({ account }) => account.displayName).join(", ");
      return showProblem(c, 409, {
        title:
          connections.length > 0 ? say("Some accounts were not connected") : say("Nothing was connected"),
        problem: say("{names, select, none {} other {Connected: {names}.}} {problems}", {
          names: names === "" ? "none" : names,
          problems: problems.map((problem) => readWords(c).t(problem)).join(" "),
        }),
        actions: <RetryActions platform={platform} returnTo={returnTo} />,
      });
    }
  }
}

/** POST …/accounts/: shows another search or page of the list, and keeps what is ticked. */
export async function showFoundCandidates(c: WebContext) {
  const choice = await findChoice(c.var.runtime, c.var, c.req.param("choiceId") ?? "");
  if (choice === undefined) return showExpired(c);
  return renderChoice(c, choice, undefined, await c.req.parseBody({ all: true }));
}

/** The choice is unknown: it belongs to another session, was made already or is older than half an hour. */
function showExpired(c: WebContext) {
  if (!z.uuid().safeParse(c.req.param("choiceId")).success) return showNotFound(c);
  return showProblem(c, 404, {
    title: say("This choice has expired"),
    problem: say(
      "You already made this choice, it took longer than half an hour, or it belongs to another sign-in. Connect the account again to choose.",
    ),
  });
}

/** @param sent the form as submitted, if there are too many candidates for one page */
function renderChoice(
  c: WebContext,
  { platform, candidates, returnTo }: Choice,
  bad?: Told,
  sent?: Readonly<Record<string, unknown>>,
) {
  const { label, asksWhichAccounts = false } = aboutPlatform(platform);
  const action = `/social/choose/${c.req.param("choiceId")}/`;
  const usable = candidates.filter(({ hindrance }) => hindrance === undefined);
  return show(
    c,
    <Layout
      title={say("Choose accounts from {network}", { network: label })}
      person={c.var.person}
      shape="sheet"
      address={c.req.path}
    >
      <h1>
        <T>Which accounts do you want to connect?</T>
      </h1>
      <p class="quiet">
        <T network={label} number={candidates.length}>
          {
            "{network} gave us access to {number, plural, one {this account} other {these # accounts}}. You can connect others later."
          }
        </T>
      </p>
      <Banner bad={bad} />
      <form class="form" method="post" action={action}>
        <fieldset class="choice">
          <legend class="unseen">
            <T>Accounts</T>
          </legend>
          {candidates.length > MANY_CANDIDATES ? (
            <ManyCandidates candidates={candidates} sent={sent} findAt={`${action}accounts/`} />
          ) : (
            <ul class="candidates">
              {candidates.map((candidate, index) => (
                <CandidateRow
                  candidate={candidate}
                  index={index}
                  isChosen={candidate.connected || asksWhichAccounts || usable.length === 1}
                />
              ))}
            </ul>
          )}
        </fieldset>
        <div class="actions">
          <button class="button primary" type="submit">
            <T>Connect</T>
          </button>
          <a class="button" href={returnTo} rel="noreferrer">
            <T>Cancel</T>
          </a>
        </div>
      </form>
    </Layout>,
  );
}
