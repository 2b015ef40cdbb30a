/** Signing in by a link that is mailed: works once, for a quarter of an hour. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import { verifications } from "../database/schema.ts";
import { say } from "../words/words.ts";
import { BLOCKED } from "./admission.ts";
import { hasAccount, isUnused } from "./directory.ts";
import { isInvited } from "./invitations.ts";
import {
  browserHeaders,
  type FirstStepResult,
  IS_BLOCKED,
  LINK_OVER,
  type PeopleRuntime,
  type Refusal,
  type Visitor,
} from "./people.ts";
import { finishFirstStep } from "./second-factor.ts";
import { hashSecret } from "./secrets.ts";

const valueShape = z.string().transform((text) => z.object({ email: z.string() }).parse(JSON.parse(text)));

/** Answers at once and the same for every address; only who has an account, or may have one, gets a letter. */
export function sendSignInLink(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  { email, next }: { email: string; next: string },
): Refusal | undefined {
  const wait = runtime.people.limits.count("sign-in-link", { mail: email, ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const started = runtime.people.background.start(async () => {
    if (!(await mayArrive(runtime, email))) return;
    const { api } = await runtime.people.auth();
    await api.signInMagicLink({ body: { email, metadata: { next } }, headers: browserHeaders(headers) });
  }, "A sign-in link could not be mailed.");
  return started
    ? undefined
    : { problem: say("A lot of mail is on its way. Try again in a minute."), mustWait: true };
}

async function mayArrive(runtime: PeopleRuntime, email: string): Promise<boolean> {
  if ((await hasAccount(runtime, email)) || (await isUnused(runtime))) return true;
  const { signUp } = runtime.config;
  return signUp === "open" || (signUp === "invitation" && (await isInvited(runtime, email)));
}

/** Whose sign-in a link is, while it works; looking does not use it up: mail scanners open links before people do. */
export async function readSignInLink(
  runtime: PeopleRuntime,
  token: string,
): Promise<{ email: string } | undefined> {
  const [found] = await runtime.database
    .select()
    .from(verifications)
    .where(eq(verifications.identifier, hashSecret(token)));
  return found !== undefined && found.expiresAt > runtime.now() ? valueShape.parse(found.value) : undefined;
}

export async function signInByLink(
  runtime: PeopleRuntime,
  { headers, ipAddress }: Visitor,
  token: string,
): Promise<FirstStepResult> {
  const wait = runtime.people.limits.count("link-use", { ipAddress });
  if (wait !== undefined) return { problem: wait, mustWait: true };
  const link = await readSignInLink(runtime, token);
  const known = link !== undefined && (await hasAccount(runtime, link.email));
  const auth = await runtime.people.auth();
  const attempt = await auth.attempt(() =>
    auth.atomically(() =>
      auth.api.magicLinkVerify({ query: { token }, headers: browserHeaders(headers), returnHeaders: true }),
    ),
  );
  if ("refused" in attempt) return { problem: attempt.refused === BLOCKED ? IS_BLOCKED : LINK_OVER };
  const action = known ? "person.signed-in" : "person.signed-up";
  return await finishFirstStep(runtime, { headers, ipAddress }, attempt.done, action);
}
