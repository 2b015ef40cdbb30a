/** What better-auth is extended by: codes of an app, passkeys, and a session for whoever proved elsewhere who they are. */
import { createAuthEndpoint } from "@better-auth/core/api";
import { APIError } from "@better-auth/core/error";
import { passkey } from "@better-auth/passkey";
import { setSessionCookie } from "better-auth/cookies";
import { twoFactor } from "better-auth/plugins/two-factor";
import { z } from "zod";
import type { PeopleConfig } from "./people.ts";
import { makeRecoveryCodes } from "./recovery-codes.ts";

/** A browser that was trusted is not asked for codes for so long. */
export const TRUST_DAYS = 30;

/** The code that better-auth passes on when a passkey's owner did not unlock it. */
export const NOT_UNLOCKED = "PASSKEY_NOT_UNLOCKED";

/** better-auth asks for the code after passwords only; a mailed link is one factor too. */
export function secondFactor({ appName }: PeopleConfig) {
  const plugin = twoFactor({
    issuer: appName,
    allowPasswordless: true,
    trustDeviceMaxAge: TRUST_DAYS * 86_400,
    backupCodeOptions: { customBackupCodesGenerate: makeRecoveryCodes, storeBackupCodes: "encrypted" },
  });
  for (const hook of plugin.hooks.after) {
    const asksAfter = hook.matcher;
    hook.matcher = (context) => asksAfter(context) || context.path === "/magic-link/verify";
  }
  return plugin;
}

/** Bound to the service's own address. Whoever signs in by one has both: the device, and what unlocks it. */
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

/** Reachable from within the process only. */
export function startingSessions() {
  return {
    id: "starting-sessions",
    endpoints: {
      startSession: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ userId: z.string() }) },
        async (endpoint) => {
          const { internalAdapter } = endpoint.context;
          const user = await internalAdapter.findUserById(endpoint.body.userId);
          const session = user && (await internalAdapter.createSession(user.id));
          if (!user || !session) throw new APIError("NOT_FOUND");
          await setSessionCookie(endpoint, { session, user });
          return endpoint.json({ userId: user.id });
        },
      ),
    },
  };
}
