/** Which security events people are emailed, and in which words. */
import { say } from "../../words/words.ts";
import type { AuditAction } from "../audit.ts";

/** The subject and the first sentence of each letter. */
export const securityTexts = {
  "new-browser": [
    say("New sign-in to your {name} account"),
    say("Somebody signed in to your {name} account with a browser that you have not used before."),
  ],
  "person.password-changed": [
    say("Your {name} password was changed"),
    say("The password of your {name} account was changed."),
  ],
  "person.password-reset": [
    say("Your {name} password was reset"),
    say("The password of your {name} account was reset with a link."),
  ],
  "person.passkey-added": [
    say("Passkey added to your {name} account"),
    say("A passkey was added to your {name} account. Anyone who can unlock its device can sign in."),
  ],
  "person.passkey-removed": [
    say("Passkey removed from your {name} account"),
    say("A passkey was removed from your {name} account. It can no longer be used to sign in."),
  ],
  "person.second-factor-on": [
    say("Two-step sign-in is on for your {name} account"),
    say("Two-step sign-in was turned on for your {name} account. Signing in now needs a code."),
  ],
  "person.second-factor-off": [
    say("Two-step sign-in is off for your {name} account"),
    say("Two-step sign-in was turned off for your {name} account. Signing in no longer needs a code."),
  ],
  "person.second-factor-removed": [
    say("Two-step sign-in was turned off for you at {name}"),
    say(
      "The operator of {name} turned off two-step sign-in for your account. Signing in no longer needs a code.",
    ),
  ],
  "person.recovery-codes-renewed": [
    say("New recovery codes for your {name} account"),
    say("New recovery codes were created for your {name} account. The old ones no longer work."),
  ],
  "person.recovery-code-used": [
    say("Recovery code used for your {name} account"),
    say("Somebody used one of your recovery codes to sign in to your {name} account."),
  ],
  "person.provider-linked": [
    say("New way to sign in to your {name} account"),
    say("An account at the service’s identity provider can now be used to sign in to your {name} account."),
  ],
} as const;

export type SecurityEvent = keyof typeof securityTexts;

/** Whether people are emailed about this action. */
export function isSecurityEvent(action: AuditAction): action is Extract<SecurityEvent, AuditAction> {
  return action in securityTexts;
}
