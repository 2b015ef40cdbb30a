/** Polls for changes until the request is finished. follow.js pauses it while the page is hidden. */
import { fragmentOnly } from "../../frame/fragment.ts";

export interface FollowProps {
  readonly path: string;
  /** The path of the page itself, which is loaded again where no script follows. */
  readonly page: string;
  /** Seconds between polls; undefined to stop. */
  readonly seconds: number | undefined;
  /** The tags of the parts that the page shows now. */
  readonly have: string;
}

export function Follow({ path, page, seconds, have }: FollowProps) {
  if (seconds === undefined) return <div id="follow" hidden />;
  return (
    <div
      id="follow"
      hidden
      hx-get={path}
      hx-vals={JSON.stringify({ have })}
      hx-trigger={`every ${seconds * 1_000}ms, visibilitychange from:document`}
      hx-swap="outerMorph"
      hx-config={fragmentOnly}
      data-unscripted={page}
    />
  );
}
