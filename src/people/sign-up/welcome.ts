/** Decides whether to show the form for signing up, and for which address. */
import { say } from "../../words/words.ts";
import { isUnused } from "../directory.ts";
import { LINK_OVER, type PeopleRuntime, type Refusal } from "../people.ts";
import { findInvitedAddress } from "./open-invitations.ts";
import { asksForProof, readSignUpLink } from "./sign-up-link.ts";

export interface SignUpDraft {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly invitation?: string | undefined;
  /** The secret of a link that was emailed to them. */
  readonly token?: string | undefined;
}

/** With which address somebody may sign up: any, or the one to which an invitation or link was emailed. */
export interface Welcome {
  readonly address: string | undefined;
  /** They first have to open an emailed link: see sign-up-link.ts. */
  readonly asksForProof: boolean;
}

/** Tells before the form what `admit` will decide after it. */
export async function findWelcome(
  runtime: PeopleRuntime,
  { invitation, token }: Pick<SignUpDraft, "invitation" | "token">,
): Promise<Welcome | Refusal> {
  const { signUp } = runtime.config;
  if (token !== undefined && signUp === "open") {
    const address = await readSignUpLink(runtime, token);
    return address === undefined ? { problem: LINK_OVER } : { address, asksForProof: false };
  }
  const address =
    invitation && signUp !== "closed" ? await findInvitedAddress(runtime, invitation) : undefined;
  if (address !== undefined) return { address, asksForProof: false };
  if (signUp === "open" || (await isUnused(runtime)))
    return { address, asksForProof: await asksForProof(runtime) };
  if (signUp === "closed")
    return { problem: say("Sign-up is closed. Contact the operator of this service.") };
  if (invitation)
    return {
      problem: say("This invitation was used or has expired. Ask for a new one."),
    };
  return { problem: say("You need an invitation to sign up. Ask the operator of this service for one.") };
}
