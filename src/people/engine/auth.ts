/** Configures better-auth as the engine behind our own forms. None of its routes is served. */
import { runWithTransaction } from "@better-auth/core/context";
import { isAPIError } from "@better-auth/core/utils/is-api-error";
import { betterAuth } from "better-auth/minimal";
import { magicLink } from "better-auth/plugins/magic-link";
import type { Logger } from "pino";
import { z } from "zod";
import type { Queryable } from "../../database/open.ts";
import { PASSWORD_MAXIMUM, PASSWORD_MINIMUM } from "../details.ts";
import { SIGN_IN_LINK_MINUTES } from "../mail/letters.ts";
import type { PeopleParts } from "../people.ts";
import { hashSecret } from "../secrets.ts";
import { cookiePrefix, isSecure } from "../sign-in/cookies.ts";
import { RENEWAL_SECONDS, SESSION_SECONDS } from "../sign-in/find-session.ts";
import { admit, refuseBlocked } from "../sign-up/admission.ts";
import { passkeys, secondStep, startingSessions } from "./auth-plugins.ts";
import { createAuthTables, currentTransaction } from "./auth-tables.ts";

const hash = async (secret: string) => hashSecret(secret);
const invitedShape = z.object({ invitation: z.string().optional() });

/** The caller takes the secret of a sign-in link and emails it. */
const linkShape = z.object({
  take: z.custom<(token: string) => void>((value) => typeof value === "function"),
});

export type Auth = ReturnType<typeof createAuth>;

/** Sets better-auth up on our tables. @throws {Error} from `attempt`: every failure that is no refusal */
export function createAuth({ database, config, log, now, passwords }: PeopleParts) {
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
      ...(passwords === undefined ? {} : { password: passwords }),
    },
    plugins: [
      magicLink({
        expiresIn: SIGN_IN_LINK_MINUTES * 60,
        storeToken: { type: "custom-hasher", hash },
        sendMagicLink: ({ token, metadata }) => linkShape.parse(metadata).take(token),
      }),
      secondStep({ database, now }),
      passkeys(config),
      startingSessions({ now }),
    ],
    user: {
      additionalFields: {
        role: { type: ["operator", "person"], input: false, defaultValue: "person" },
        timeZone: { type: "string", input: false, required: false },
        language: { type: "string", input: false, required: false },
        mailNotices: { type: ["none", "problems", "all"], input: false, defaultValue: "problems" },
        accessEndings: { type: "number", input: false, required: false, defaultValue: 0 },
        twoFactorEnabled: { type: "boolean", input: false, required: false, defaultValue: false },
      },
    },
    session: {
      expiresIn: SESSION_SECONDS,
      updateAge: RENEWAL_SECONDS,
      additionalFields: { provedAt: { type: "date", input: false, required: false, defaultValue: now } },
    },
    account: { accountLinking: { enabled: false } },
    databaseHooks: {
      // Every way to sign in creates a session here.
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
      // With better-auth's own setting, secure cookies would be named "__Secure-", which another host of the
      // domain can set too.
      cookiePrefix: cookiePrefix(config),
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure(config) },
      ipAddress: { disableIpTracking: true },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: "error", log: (_level, _message, ...details) => logFailure(log, details) },
  });

  return {
    api,
    context,
    /** Runs these calls in one transaction. */
    async atomically<T>(calls: (transaction: Queryable) => Promise<T>): Promise<T> {
      const { adapter } = await context;
      return runWithTransaction(adapter, async () => calls(await currentTransaction(adapter)));
    },
    /** Returns the code of better-auth's refusal; every other failure is thrown. */
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

/**
 * Logs only the kind of failure: messages of better-auth and values of failed queries can contain addresses and
 * hashes.
 */
function logFailure(log: Logger, details: readonly unknown[]): void {
  const errors = details.filter((detail) => detail instanceof Error);
  const kinds = errors.map((error) =>
    error.cause instanceof Error ? `${error.name}: ${error.cause.name}` : error.name,
  );
  log.error({ component: "better-auth", kinds }, "Login met a failure.");
}
