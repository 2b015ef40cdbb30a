/** The two ways to connect to LinkedIn, each through its own app (docs/networks/linkedin.md, section 1). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { ConnectWay } from "../platform.ts";

export interface Way extends ConnectWay {
  readonly name: "profile" | "pages";
  readonly scopes: readonly string[];
  /** The scope that posting needs. */
  readonly posting: string;
}

export const PROFILE: Way = {
  name: "profile",
  label: say("Your profile"),
  hint: say("Posts appear in your own name."),
  scopes: ["openid", "profile", "email", "w_member_social"],
  posting: "w_member_social",
};
export const PAGES: Way = {
  name: "pages",
  label: say("Company pages"),
  hint: say("Posts appear in the name of a page that you manage."),
  scopes: ["r_organization_social", "w_organization_social", "rw_organization_admin"],
  posting: "w_organization_social",
};

/** What an OAuth flow and an account remember. */
const wayShape = z.object({ way: z.enum(["profile", "pages"]).catch("profile") });

/** Returns the way of an OAuth flow or an account; by default, the profile. */
export function wayOf(kept: unknown): Way {
  return wayShape.parse(kept).way === PAGES.name ? PAGES : PROFILE;
}
