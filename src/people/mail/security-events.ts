/** Which security events people are mailed, and in which words. */
import { say } from "../../words/words.ts";
import type { AuditAction } from "../audit.ts";

/** What is securityTexts, as a subject and as a sentence. */
/** The subject and the first sentence of each letter. */
export const securityTexts = {
  "new-browser": [
    say("A new browser signed in to {name}"),
    say("Somebody signed in to your account at {name} with a browser that was not used with it before."),
  ],
  "person.password-changed": [
    say("Your password for {name} was changed"),
    say("The password of your account at {name} was changed."),
  ],
  "person.password-reset": [
    say("Your password for {name} was set anew"),
    say("A new password was chosen for your account at {name}, by a link."),
  ],
  "person.passkey-added": [
    say("A passkey was added at {name}"),
    say("A passkey was added to your account at {name}: whoever has its device can sign in."),
  ],
  "person.passkey-removed": [
    say("A passkey was removed at {name}"),
    say("A passkey was removed from your account at {name}: it signs in no longer."),
  ],
  "person.second-factor-on": [
    say("Two-step sign-in is on at {name}"),
    say("Two-step sign-in was turned on for your account at {name}."),
  ],
  "person.second-factor-off": [
    say("Two-step sign-in is off at {name}"),
    say("Two-step sign-in was turned off for your account at {name}: no code is asked for any more."),
  ],
  "person.second-factor-removed": [
    say("Two-step sign-in was turned off for you at {name}"),
    say("Whoever runs {name} turned two-step sign-in off for your account: no code is asked for any more."),
  ],
  "person.recovery-codes-renewed": [
    say("New recovery codes at {name}"),
    say("New recovery codes were made for your account at {name}: the old ones work no longer."),
  ],
  "person.recovery-code-used": [
    say("A recovery code was used at {name}"),
    say("Somebody signed in to your account at {name} with one of its recovery codes."),
  ],
  "person.provider-linked": [
    say("Another way to sign in to {name}"),
    say("From now on an account at the service’s identity provider signs in to your account at {name}."),
  ],
} as const;

export type SecurityEvent = keyof typeof securityTexts;

/** Whether people are mailed about this action. */
export function isSecurityEvent(action: AuditAction): action is Extract<SecurityEvent, AuditAction> {
  return action in securityTexts;
}
