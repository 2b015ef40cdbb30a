/** How somebody without an account gets one: by signing up, or by asking for an invitation. */
import { findInvitationLink } from "../../operation/visitor-ways.ts";
import { T } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { withNext } from "../guards/next.ts";

/** Shows where to sign up or ask for an invitation; nothing where neither is possible. */
export function JoinLink({ c, next }: { c: WebContext; next: string }) {
  const { config, settings } = c.var.runtime;
  if (config.signUp === "open")
    return (
      <p>
        <T>New here?</T>{" "}
        <a href={withNext("/sign-up/", next)}>
          <T>Create an account</T>
        </a>
      </p>
    );
  const invitation = config.signUp === "invitation" ? findInvitationLink(settings) : undefined;
  if (invitation === undefined) return null;
  return (
    <p>
      <T>New here?</T> <AskForInvitation href={invitation} />
    </p>
  );
}

/** The link to the page or email address that the operator named. */
export function AskForInvitation({ href }: { href: string }) {
  return (
    <a href={href} rel="noopener noreferrer">
      <T>Ask for an invitation</T>
    </a>
  );
}
