/** Exchanges a code for a token valid for an hour, that for one valid for 60 days, and renews the latter (docs/networks/threads.md, section 2). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { lifetime } from "../call/oauth2.ts";
import { type Answer, callSafely } from "../call/request.ts";
import { judgeGraphAnswer } from "../meta/graph.ts";
import { type AuthorizeCallback, PlatformError, type PlatformWorld, type Tokens } from "../platform.ts";
import { mayBeDeadToken, toError, wordsOf } from "./errors.ts";
import { readMe } from "./profile.ts";
import { type App, reach } from "./wire.ts";

/** Threads renews tokens that are at least a day old. Its count may start later than ours, hence 25 hours. */
const RENEW_AFTER_MS = 25 * 3_600_000;

/** The answer also has the person's id, as a number that JavaScript cannot represent. We read it from `/me`, as text. */
const shortAnswer = z.object({ access_token: z.string().min(1) });
const longAnswer = z.object({ access_token: z.string().min(1), expires_in: lifetime });

/** Tokens without scopes, which the answers do not contain. */
export type Granted = Omit<Tokens, "scopes">;

/** @returns a token valid for 60 days @throws {PlatformError} if Threads gives none, or only one that is valid for an hour */
export async function redeemCode(
  app: App,
  world: PlatformWorld,
  { code, redirectUri }: Pick<AuthorizeCallback, "code" | "redirectUri">,
): Promise<Granted> {
  const answer = await callSafely(world.fetch, {
    method: "POST",
    url: `${app.apiOrigin}/oauth/access_token`,
    form: {
      client_id: app.id,
      client_secret: app.secret,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: code.replace(/#_$/, ""),
    },
  });
  const short = answer.status === 200 ? shortAnswer.safeParse(answer.body).data : undefined;
  if (short === undefined) throw codeRefused(answer, world.now());
  const asked = await askForTokens(app, world, "/access_token", {
    grant_type: "th_exchange_token",
    client_secret: app.secret,
    access_token: short.access_token,
  });
  if ("granted" in asked) return asked.granted;
  const error = toError(asked.refused, world.now());
  if (error.kind === "transient" || error.kind === "rate-limited" || error.operator) throw error;
  throw new PlatformError("rejected", {
    code: "not-lasting",
    message: say("Threads did not give us lasting permission to post. Connect again. {words}", {
      words: wordsOf(asked.refused),
    }),
    status: asked.refused.status,
  });
}

/** Renews a token. @throws {PlatformError} reconnect-needed if it has ended; other failures leave it valid for weeks */
export async function renew(app: App, world: PlatformWorld, tokens: Tokens): Promise<Granted> {
  const asked = await askForTokens(app, world, "/refresh_access_token", {
    grant_type: "th_refresh_token",
    access_token: tokens.accessToken,
  });
  if ("granted" in asked) return asked.granted;
  const { refused } = asked;
  const error = toError(refused, world.now());
  if (error.code === "token-refused" || error.kind === "transient" || error.kind === "rate-limited")
    throw error;
  if (mayBeDeadToken(refused)) await readMe(reach(app, world, tokens));
  const message = say("Threads did not renew this connection. {words}", { words: wordsOf(refused) });
  const hasEnded = tokens.expiresAt !== undefined && tokens.expiresAt <= world.now();
  throw hasEnded
    ? new PlatformError("reconnect-needed", {
        code: "token-ended",
        message: say("This connection has expired after 60 days. Reconnect the account."),
        status: refused.status,
      })
    : new PlatformError("transient", { code: "not-renewed", message, status: refused.status });
}

async function askForTokens(
  app: App,
  world: PlatformWorld,
  path: "/access_token" | "/refresh_access_token",
  query: Readonly<Record<string, string>>,
): Promise<{ readonly granted: Granted } | { readonly refused: Answer }> {
  const now = world.now().getTime();
  const url = `${app.apiOrigin}${path}?${new URLSearchParams(query)}`;
  const answer = await callSafely(world.fetch, { method: "GET", url });
  const long = answer.status === 200 ? longAnswer.safeParse(answer.body).data : undefined;
  if (long === undefined) return { refused: answer };
  return {
    granted: {
      accessToken: long.access_token,
      expiresAt: new Date(now + long.expires_in * 1_000),
      renewAfter: new Date(now + RENEW_AFTER_MS),
    },
  };
}

const codeError = z.object({ error_message: z.string() });

/** This endpoint has its own error shape, with the same code for all errors (docs/networks/threads.md, section 2). */
function codeRefused(answer: Answer, now: Date): PlatformError {
  const { status } = answer;
  const words = codeError.safeParse(answer.body).data?.error_message.slice(0, 300);
  if (words === undefined || status >= 500) return judgeGraphAnswer(answer, { label: "Threads", now });
  const isOurs = /secret|client_id|redirect_uri|grant_type/i.test(words);
  return new PlatformError("rejected", {
    code: isOurs ? "app-refused" : "code-refused",
    message: isOurs
      ? say(
          "Threads does not accept the app of this service: its operator must check the Threads app id, the secret and the redirect address. {words}",
          { words },
        )
      : say("Threads did not accept the authorization. Connect again. {words}", { words }),
    status,
    ...(isOurs ? { operator: true as const } : {}),
  });
}
