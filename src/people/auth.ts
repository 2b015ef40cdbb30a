/** better-auth, set up as the engine behind our own forms: nothing of it is reachable over HTTP. */
import { runWithTransaction } from "@better-auth/core/context";
import { isAPIError } from "@better-auth/core/utils/is-api-error";
import { betterAuth } from "better-auth/minimal";
import { magicLink } from "better-auth/plugins/magic-link";
import type { Logger } from "pino";
import { z } from "zod";
import { admit, refuseBlocked } from "./admission.ts";
import { passkeys, secondFactor, startingSessions } from "./auth-plugins.ts";
import { createAuthTables } from "./auth-tables.ts";
import { PASSWORD_MAXIMUM, PASSWORD_MINIMUM } from "./details.ts";
import { languageOf } from "./directory.ts";
import { PASSWORD_RESET_MINUTES, resetLetter, SIGN_IN_LINK_MINUTES, signInLetter } from "./letters.ts";
import type { PeopleParts } from "./people.ts";
import { hashSecret, RESET_PREFIX } from "./secrets.ts";

/** The session's cookie is named "sharewell.session_token", with "__Secure-" before it under https. */
const COOKIE_PREFIX = "sharewell";

const SESSION_SECONDS = 30 * 86_400;

const hash = async (secret: string) => hashSecret(secret);
const invitedShape = z.object({ invitation: z.string().optional() });
const linkShape = z.object({ next: z.string() });

export type Auth = ReturnType<typeof createAuth>;

export function createAuth({ database, config, mailer, log, now }: PeopleParts) {
  const { api, $context: context } = betterAuth({
    appName: config.appName,
    baseURL: config.baseUrl.origin,
    secret: config.sessionSecret,
    database: createAuthTables(database, (transaction, newcomer) =>
      admit(transaction, newcomer, { config, now: now() }),
    ),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MINIMUM,
      maxPasswordLength: PASSWORD_MAXIMUM,
      resetPasswordTokenExpiresIn: PASSWORD_RESET_MINUTES * 60,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, url, token }) => {
        const next = new URL(url).searchParams.get("callbackURL") ?? "";
        await mailer.send(
          resetLetter(config, {
            to: user.email,
            language: await languageOf(database, user.email),
            token,
            next,
          }),
        );
      },
      // They opened a link that was mailed to them, or that the operator made for them: the address is theirs.
      onPasswordReset: async ({ user }) => {
        await (await context).internalAdapter.updateUser(user.id, { emailVerified: true });
      },
    },
    plugins: [
      magicLink({
        expiresIn: SIGN_IN_LINK_MINUTES * 60,
        storeToken: { type: "custom-hasher", hash },
        sendMagicLink: async ({ email, token, metadata }) => {
          await mailer.send(
            signInLetter(config, {
              ...{ to: email, token, language: await languageOf(database, email) },
              ...linkShape.parse(metadata),
            }),
          );
        },
      }),
      secondFactor(config),
      passkeys(config),
      startingSessions(),
    ],
    user: {
      additionalFields: {
        role: { type: ["operator", "person"], input: false, defaultValue: "person" },
        timeZone: { type: "string", input: false, required: false },
        language: { type: "string", input: false, required: false },
        mailNotices: { type: ["none", "problems", "all"], input: false, defaultValue: "problems" },
      },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: 86_400 },
    account: { accountLinking: { enabled: false } },
    // Not hashed for all: where a hash is not found, better-auth looks for the text as given, and would take a stolen hash.
    verification: { storeIdentifier: { default: "plain", overrides: { [RESET_PREFIX]: { hash } } } },
    databaseHooks: {
      // Every way to sign in passes here.
      session: {
        create: {
          before: async ({ userId }) => refuseBlocked(database, userId),
        },
      },
      user: {
        create: {
          before: async (user, endpoint) => {
            const { data } = invitedShape.safeParse(endpoint?.body);
            return { data: { ...user, ...(data?.invitation && { invitation: data.invitation }) } };
          },
        },
      },
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: config.baseUrl.protocol === "https:",
      ipAddress: { disableIpTracking: true },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error", log: (_level, _message, ...details) => logFailure(log, details) },
  });

  return {
    api,
    context,
    /** Everything that these calls change is changed together, or not at all. */
    async atomically<T>(calls: () => Promise<T>): Promise<T> {
      return runWithTransaction((await context).adapter, calls);
    },
    /** Hands back better-auth's refusal as its code; every other failure is thrown. */
    async attempt<T>(call: () => Promise<T>): Promise<{ readonly done: T } | { readonly refused: string }> {
      try {
        return { done: await call() };
      } catch (error) {
        if (!isAPIError(error) || error.statusCode >= 500) throw error;
        return { refused: error.body?.code ?? "" };
      }
    },
  };
}

/** Only what kind of failure it was: better-auth's words and a failed query's values can hold addresses and hashes. */
function logFailure(log: Logger, details: readonly unknown[]): void {
  const errors = details.filter((detail) => detail instanceof Error);
  const kinds = errors.map((error) =>
    error.cause instanceof Error ? `${error.name}: ${error.cause.name}` : error.name,
  );
  log.error({ component: "better-auth", kinds }, "Login met a failure.");
}
