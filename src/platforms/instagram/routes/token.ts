/** Instagram Login's tokens: for a code, and for an older token (docs/networks/instagram.md, section 3). */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { lifetime } from "../../call/oauth2.ts";
import { type Answer, callSafely } from "../../call/request.ts";
import { judgeGraphAnswer } from "../../meta/graph.ts";
import { readGraphError } from "../../meta/graph-error.ts";
import { type AuthorizeCallback, PlatformError, type PlatformWorld, type Tokens } from "../../platform.ts";

export interface LoginSettings {
  readonly id: string;
  readonly secret: string;
  readonly version: string;
  /** Where people sign in, and where their posts are shown. */
  readonly origin: string;
  readonly tokenOrigin: string;
  readonly apiOrigin: string;
  /** People are asked for the permission to comment. */
  readonly mayComment: boolean;
}

export interface Login {
  readonly settings: LoginSettings;
  readonly world: PlatformWorld;
}

/** Instagram renews tokens that are between 1 and 60 days old; renewing in the first week gains little. */
const RENEW_AFTER_MS = 7 * 86_400_000;

/** Instagram answers in one of two shapes. We ignore the id in it: it may be a number that JavaScript cannot represent. */
const grantedShape = z.object({
  access_token: z.string().min(1),
  permissions: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(/[\s,]+/).filter(Boolean))])
    .optional()
    .catch(undefined),
});
const codeAnswer = z.union([
  grantedShape,
  z.object({ data: z.tuple([grantedShape]) }).transform(({ data: [granted] }) => granted),
]);

/** Exchanges the code for a short-lived token. @throws {PlatformError} */
export async function redeemCode(
  { settings, world }: Login,
  { code, redirectUri }: Pick<AuthorizeCallback, "code" | "redirectUri">,
): Promise<z.infer<typeof grantedShape>> {
  const answer = await callSafely(world.fetch, {
    method: "POST",
    url: `${settings.tokenOrigin}/oauth/access_token`,
    form: {
      client_id: settings.id,
      client_secret: settings.secret,
      grant_type: "authorization_code",
      redirect_uri: redirectUri,
      code: code.replace(/#_$/, ""),
    },
  });
  const granted = answer.status === 200 ? codeAnswer.safeParse(answer.body).data : undefined;
  if (granted === undefined) throw codeRefused(answer, world.now());
  return granted;
}

const longAnswer = z.object({ access_token: z.string().min(1), expires_in: lifetime });

/** Exchanges a short-lived token, or renews a long-lived one. @returns a token for 60 days @throws {PlatformError} */
export async function askForTokens(
  { settings, world }: Login,
  {
    path,
    token,
    scopes,
  }: { path: "/access_token" | "/refresh_access_token"; token: string; scopes: readonly string[] },
): Promise<Tokens> {
  const url = new URL(path, settings.apiOrigin);
  const isFirst = path === "/access_token";
  url.search = new URLSearchParams({
    grant_type: isFirst ? "ig_exchange_token" : "ig_refresh_token",
    ...(isFirst ? { client_secret: settings.secret } : {}),
    access_token: token,
  }).toString();
  const now = world.now();
  const answer = await callSafely(world.fetch, { method: "GET", url });
  const long = answer.status === 200 ? longAnswer.safeParse(answer.body).data : undefined;
  if (long === undefined) throw tokenRefused(answer, now, isFirst);
  return {
    accessToken: long.access_token,
    expiresAt: new Date(now.getTime() + long.expires_in * 1_000),
    renewAfter: new Date(now.getTime() + RENEW_AFTER_MS),
    scopes,
  };
}

const codeErrorShape = z.object({ error_message: z.string() });

/** The token endpoint has its own error shape, with the same code for all errors (docs/networks/instagram.md, section 3.2). */
function codeRefused(answer: Answer, now: Date): PlatformError {
  const { status } = answer;
  const words = codeErrorShape.safeParse(answer.body).data?.error_message;
  if (words === undefined || status >= 500) return judgeGraphAnswer(answer, { label: "Instagram", now });
  const isOurs = /secret|platform app|redirect_uri/i.test(words);
  return new PlatformError("rejected", {
    code: isOurs ? "app-refused" : "code-refused",
    message: isOurs
      ? say(
          "Instagram does not accept the app of this service: its operator must check the app id, the secret and the redirect address. {words}",
          { words: words.slice(0, 300) },
        )
      : say("Instagram did not accept the authorization. Connect again. {words}", {
          words: words.slice(0, 300),
        }),
    status,
    ...(isOurs ? { operator: true as const } : {}),
  });
}

function tokenRefused(answer: Answer, now: Date, isFirst: boolean): PlatformError {
  const judged = judgeGraphAnswer(answer, { label: "Instagram", now });
  const isAboutGrant = readGraphError(answer)?.code === 190;
  if (isFirst || isAboutGrant || judged.kind === "transient" || judged.kind === "rate-limited") return judged;
  const message = say("Instagram did not renew this connection. We will try again later.");
  return new PlatformError("transient", { code: "not-renewed", message, status: answer.status });
}
