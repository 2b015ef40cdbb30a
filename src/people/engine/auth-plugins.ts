/**
 * Our plugins for better-auth: the second step, passkeys, and sessions for people who proved their identity
 * elsewhere.
 */
import { createAuthEndpoint, createAuthMiddleware } from "@better-auth/core/api";
import { APIError } from "@better-auth/core/error";
import { passkey } from "@better-auth/passkey";
import { deleteSessionCookie, expireCookie, setSessionCookie } from "better-auth/cookies";
import { z } from "zod";
import { isAccessCurrent } from "../ending.ts";
import type { PeopleConfig, PeopleParts } from "../people.ts";
import {
  expireProof,
  holdSignIn,
  PENDING_COOKIE,
  PENDING_MINUTES,
  TRUST_COOKIE,
  TRUST_DAYS,
  trustBrowser,
  useTrust,
} from "../sign-in/pending-sign-in.ts";
import { ENDED_MEANWHILE, NOT_UNLOCKED } from "../sign-in/refusal-codes.ts";
import { currentTransaction, findTransaction } from "./auth-tables.ts";

/** The error for access that was ended while something was under way. */
export function endedMeanwhile(): APIError {
  return new APIError("UNAUTHORIZED", { code: ENDED_MEANWHILE, message: "All access was ended meanwhile." });
}

const countShape = z.number();

/** The paths of a first step: a password or an emailed link, one factor each. A passkey is two. */
const firstProofs: readonly (string | undefined)[] = ["/sign-in/email", "/magic-link/verify"];

/**
 * Takes back the session that better-auth started if a code is needed, or if all access was ended while it
 * checked the password.
 * @throws {APIError} with the code ENDED_MEANWHILE, in the latter case
 */
export function secondStep(parts: Pick<PeopleParts, "database" | "now">) {
  return {
    id: "second-step",
    hooks: {
      after: [
        {
          matcher: ({ path }: { path?: string }) => firstProofs.includes(path),
          handler: createAuthMiddleware(async (endpoint) => {
            const { newSession, createAuthCookie, internalAdapter, adapter } = endpoint.context;
            if (!newSession) return;
            const { session, user } = newSession;
            const { now } = parts;
            const database = (await findTransaction(adapter)) ?? parts.database;
            const trust = endpoint.getCookie(createAuthCookie(TRUST_COOKIE).name);
            const trusts = { userId: user.id, sessionId: session.id };
            const isTrusted = trust ? await useTrust({ database, now }, trusts, trust) : false;
            const needsCode = user.twoFactorEnabled === true && !isTrusted;
            if (user.twoFactorEnabled === true && isTrusted) await expireProof({ database }, session.id);
            const begun = { id: user.id, accessEndings: countShape.parse(user.accessEndings) };
            if (!needsCode && (await isAccessCurrent(database, begun, "share"))) return;
            deleteSessionCookie(endpoint, true);
            await internalAdapter.deleteSession(session.token);
            endpoint.context.setNewSession(null);
            const secret = needsCode ? await holdSignIn({ database, now }, begun) : undefined;
            if (secret === undefined) throw endedMeanwhile();
            const { name, attributes } = createAuthCookie(PENDING_COOKIE, { maxAge: PENDING_MINUTES * 60 });
            endpoint.setCookie(name, secret, attributes);
            return endpoint.json({ needsCode: true });
          }),
        },
      ],
    },
  };
}

/**
 * Passkeys for the service's own address. They count as two factors: the device, and what unlocks it.
 * @throws {APIError} with the code NOT_UNLOCKED, when the owner did not unlock the device
 */
export function passkeys({ baseUrl, appName }: PeopleConfig) {
  return passkey({
    rpID: baseUrl.hostname,
    rpName: appName,
    origin: baseUrl.origin,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    authentication: {
      afterVerification: async ({ verification }) => {
        if (verification.authenticationInfo.userVerified) return;
        throw new APIError("UNAUTHORIZED", { code: NOT_UNLOCKED, message: "The passkey was not unlocked." });
      },
    },
  });
}

const startShape = z.object({
  userId: z.string(),
  /** When they proved their identity; left out: just now. */
  provedAt: z.date().optional(),
  /** How often their access had been ended when they proved it; left out: nothing can have ended since. */
  accessEndings: z.number().optional(),
  /** Whether this browser is trusted for `TRUST_DAYS`. */
  trusted: z.boolean().optional(),
});

/**
 * An endpoint that starts a session. It can only be called from within the process, in a transaction.
 * @throws {APIError} when all access was ended meanwhile, or there is no such person
 */
export function startingSessions({ now }: Pick<PeopleParts, "now">) {
  return {
    id: "starting-sessions",
    endpoints: {
      startSession: createAuthEndpoint.serverOnly({ method: "POST", body: startShape }, async (endpoint) => {
        const { internalAdapter, createAuthCookie, adapter } = endpoint.context;
        const { userId, provedAt, trusted, accessEndings } = endpoint.body;
        const database = await currentTransaction(adapter);
        if (
          accessEndings !== undefined &&
          !(await isAccessCurrent(database, { id: userId, accessEndings }, "share"))
        )
          throw endedMeanwhile();
        const user = await internalAdapter.findUserById(userId);
        const session =
          user &&
          (await internalAdapter.createSession(user.id, false, provedAt && { provedAt }, provedAt && true));
        if (!user || !session) throw new APIError("NOT_FOUND");
        await setSessionCookie(endpoint, { session, user });
        const pending = createAuthCookie(PENDING_COOKIE);
        if (endpoint.getCookie(pending.name)) expireCookie(endpoint, pending);
        const begun = { userId, sessionId: session.id };
        const trust = createAuthCookie(TRUST_COOKIE, { maxAge: TRUST_DAYS * 86_400 });
        const former = endpoint.getCookie(trust.name);
        if (trusted)
          endpoint.setCookie(trust.name, await trustBrowser({ database, now }, begun), trust.attributes);
        else if (former) await useTrust({ database, now }, begun, former);
        return endpoint.json({ userId: user.id });
      }),
    },
  };
}
