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
  readonly folder: string;
}

export function greeting(at: Places): string {
  const [blogAddress = "", eventsAddress = "", marketAddress = ""] = at.sites;
  const post = `${blogAddress}${blog.items[0]?.slug}/`;
  const lines = at.networks.map(
    ({ name, origin }) => `  Simulated ${networkLabels[name].padEnd(16)} ${origin}/`,
  );
  return `
Sharewell is up. Everything runs on this machine; nothing is posted to a real network.

  1. Read a post               ${post}
     and press its Share button.
  2. Sign in as                ${at.login.email}
     with the password         ${at.login.password}
  3. Connect accounts          press Connect, then Approve
     tick them, share.

  Sharewell                  ${at.address}
  Blog                       ${blogAddress}
  Events                     ${eventsAddress}
  Market                     ${marketAddress}
${lines.join("\n")}
  Mails (magic links)        ${at.outbox}
  Data                       ${at.folder}

Ctrl-C stops it all.`;
}
