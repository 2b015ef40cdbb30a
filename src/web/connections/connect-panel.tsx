/** A panel beside the accounts of a page that connects another one and comes back to the page. */
import { Sign } from "../frame/icons.tsx";
import { T } from "../frame/words.tsx";
import { ConnectLinks, type ConnectOption } from "./connect-links.tsx";

interface ConnectPanelProps {
  readonly options: readonly ConnectOption[];
  readonly returnTo: string;
  /** Somebody has just come back from connecting one. */
  readonly isOpen: boolean;
}

export function ConnectPanel({ options, returnTo, isOpen }: ConnectPanelProps) {
  return (
    <details class="connect-panel" open={isOpen}>
      <summary class="chip">
        <Sign name="plus" />
        <T>Connect</T>
      </summary>
      <ConnectLinks options={options} returnTo={returnTo} />
    </details>
  );
}
