/** What people without an account are offered when they press Share, as the operator chose it. */
import { listShareWays, type ShareWay } from "../platforms/registry.ts";
import type { LiveSettings } from "./settings.ts";

/** Returns the ways to share a page without an account here; undefined if the operator wants none offered. */
export function findOfferedWays({ current }: Pick<LiveSettings, "current">): readonly ShareWay[] | undefined {
  const { isOffered = true, without = [] } = current().visitorWays ?? {};
  return isOffered ? listShareWays().filter(({ name }) => !without.includes(name)) : undefined;
}

/** Returns the link to ask for an invitation by: a page, or an email to write; undefined if the operator named none. */
export function findInvitationLink({ current }: Pick<LiveSettings, "current">): string | undefined {
  const { invitationContact = "" } = current();
  if (invitationContact === "") return undefined;
  return URL.canParse(invitationContact) ? invitationContact : `mailto:${invitationContact}`;
}
