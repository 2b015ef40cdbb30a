/** Checks with the network whether a connection still works. */
import { verifyConnection } from "../../connections/verify.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { say } from "../../words/words.ts";
import { showNotFound, showProblem } from "../frame/errors.tsx";
import { leaveFlash } from "../frame/flash.ts";
import { readWords } from "../frame/language.ts";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { findAccount, readReturn } from "./account-page.tsx";

/** POST /social/verify/:id/: checks the connection now. */
export async function submitVerification(c: WebContext) {
  const { runtime, person } = c.var;
  const connection = await findAccount(c);
  if (connection === undefined) return showNotFound(c);
  const back = await readReturn(c);
  const verified = await verifyConnection(runtime, person, connection.id);
  switch (verified.outcome) {
    case "not-found":
      return showNotFound(c);
    case "active":
      leaveFlash(c, "verified", connection.platform);
      return c.redirect(back, 303);
    case "reconnect":
      // The accounts page shows the problem next to the Reconnect button.
      return c.redirect(back, 303);
    case "unknown":
      return showProblem(c, 503, {
        title: say("Could not check with {network}", { network: aboutPlatform(connection.platform).label }),
        problem: say("{problem} Nothing was changed. Try again in a few minutes.", {
          problem: readWords(c).t(verified.problem),
        }),
        actions: (
          <a class="button" href={back}>
            <T>Back to the accounts</T>
          </a>
        ),
      });
  }
}
