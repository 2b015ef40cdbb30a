/** What the demo prints once it is up. */
import { type NetworkName, networkLabels } from "../../../emulator/networks.ts";
import { blog } from "../../../examples/blog/site.tsx";

interface Places {
  readonly address: string;
  /** The blog, the events and the market. */
  readonly sites: readonly string[];
  readonly login: { readonly email: string; readonly password: string };
  readonly outbox: string;
  readonly networks: readonly { readonly name: NetworkName; readonly origin: string }[];
  /** The networks that are not simulated. */
  readonly real: readonly NetworkName[];
  /** Real networks are asked for, and the internet cannot be reached. */
  readonly isOffline: boolean;
  readonly folder: string;
}

export function greeting(at: Places): string {
  const [blogAddress = "", eventsAddress = "", marketAddress = ""] = at.sites;
  const post = `${blogAddress}${blog.items[0]?.slug}/`;
  const lines = at.networks.map(
    ({ name, origin }) => `  Simulated ${networkLabels[name].padEnd(16)} ${origin}/`,
  );
  return `
${at.real.length === 0 ? simulatedSteps(at, post) : realSteps(at)}

  Sharewell                  ${at.address}
  Blog                       ${blogAddress}
  Events                     ${eventsAddress}
  Market                     ${marketAddress}
${lines.join("\n")}
  Mails (magic links)        ${at.outbox}
  Data                       ${at.folder}

Ctrl-C stops it all.`;
}

function simulatedSteps({ login }: Places, post: string): string {
  return `Sharewell is up. Everything runs on this machine; nothing is posted to a real network.

  1. Read a post               ${post}
     and press its Share button.
  2. Sign in as                ${login.email}
     with the password         ${login.password}
  3. Connect accounts          press Connect, then Approve
     tick them, share.`;
}

function realSteps({ address, login, real, isOffline }: Places): string {
  const names = real.map((name) => networkLabels[name]).join(" and ");
  const warning = isOffline
    ? `

  This machine does not reach the internet, so ${names} cannot be
  connected. Check its network and start again. The simulated networks work.`
    : "";
  return `Sharewell is up. ${names} are real here: what you share to them
is public. The other networks are simulated.${warning}

  1. Sign in at                ${address}
     as                        ${login.email}
     with the password         ${login.password}
  2. Connect your account      on ${real.map((name) => networkLabels[name]).join(" or ")}
  3. New share                 paste the address of a page of the internet:
                               pages of this machine are only for the
                               simulated networks.`;
}
