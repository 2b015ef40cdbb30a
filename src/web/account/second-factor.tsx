/** Two-step sign-in with codes from an app: setting it up, creating new recovery codes, and turning it off. */
import { z } from "zod";
import type { Refusal } from "../../people/people.ts";
import { renewRecoveryCodes } from "../../people/second-factor/renew-recovery-codes.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
} from "../../people/second-factor/second-factor.ts";
import { say } from "../../words/words.ts";
import { Layout } from "../frame/layout.tsx";
import { show } from "../frame/show.tsx";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { refuse } from "../guards/refuse.ts";
import { appendCookies, readVisitor } from "../guards/visitor.ts";
import { renderAccount, returnToAccount } from "./account.tsx";
import { RecoveryCodes, renderBeginning, renderConfirming } from "./second-factor-pages.tsx";

const passwordShape = z.object({ password: z.string().max(1_000).optional().catch(undefined) });
const codeShape = z.object({ code: z.string().catch("") });

/** GET /account/second-factor/: begins setting up two-step sign-in. */
export async function showSecondFactor(c: WebContext) {
  if (c.var.person.hasSecondFactor || !c.var.person.isProven) return c.redirect("/account/", 303);
  return await renderBeginning(c);
}

/** POST /account/second-factor/: shows the key and the recovery codes. */
export async function beginCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const begun = await beginSecondFactor(runtime, person, readVisitor(c), password);
  if (!("problem" in begun)) return renderConfirming(c, { start: begun });
  refuse(c, begun, 422);
  return await renderBeginning(c, begun.problem);
}

/** POST /account/second-factor/confirm/: turns two-step sign-in on if the code is right. */
export async function confirmCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { code } = codeShape.parse(await c.req.parseBody());
  const confirmed = await confirmSecondFactor(runtime, person, readVisitor(c), code);
  if ("problem" in confirmed) {
    refuse(c, confirmed, 422);
    return renderConfirming(c, { bad: confirmed.problem });
  }
  appendCookies(c, confirmed.cookies);
  return returnToAccount(c, "second-factor-on");
}

/** POST /account/second-factor/end/: turns two-step sign-in off. */
export async function endCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const ended = await endSecondFactor(runtime, person, readVisitor(c), password);
  if ("problem" in ended) return showRefusal(c, "end-codes", ended);
  appendCookies(c, ended.cookies);
  return returnToAccount(c, "second-factor-off");
}

/** POST /account/second-factor/codes/: replaces the recovery codes and shows the new ones once. */
export async function renewCodes(c: WebContext) {
  const { runtime, person } = c.var;
  const { password } = passwordShape.parse(await c.req.parseBody());
  const renewed = await renewRecoveryCodes(runtime, person, readVisitor(c), password);
  if ("problem" in renewed) return showRefusal(c, "new-codes", renewed);
  return show(
    c,
    <Layout title={say("Your recovery codes")} person={person} shape="dialog">
      <h1>
        <T>Your recovery codes</T>
      </h1>
      <RecoveryCodes codes={renewed.recoveryCodes} />
      <p>
        <T>Your old codes no longer work.</T>
      </p>
      <a class="button primary" href="/account/">
        <T>I have saved them</T>
      </a>
    </Layout>,
  );
}

function showRefusal(c: WebContext, form: "new-codes" | "end-codes", refusal: Refusal) {
  refuse(c, refusal, 422);
  return renderAccount(c, { refused: { form, bad: refusal.problem } });
}
