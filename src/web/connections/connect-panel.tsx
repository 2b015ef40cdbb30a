/** A panel beside the accounts of a page that connects another one and comes back to the page. */
import type { PlatformName } from "../../platforms/platform.ts";
import { Sign } from "../frame/icons.tsx";
import { T } from "../frame/words.tsx";
import { ConnectLinks } from "./connect-links.tsx";

interface ConnectPanelProps {
  readonly platforms: readonly PlatformName[];
  readonly returnTo: string;
  readonly isOpen?: boolean;
}

export function ConnectPanel({ platforms, returnTo, isOpen = false }: ConnectPanelProps) {
  return (
    <details class="connect-panel" open={isOpen}>
      <summary class="chip">
        <Sign name="plus" />
        <T>Connect</T>
      </summary>
      <ConnectLinks platforms={platforms} returnTo={returnTo} />
    </details>
  );
}
