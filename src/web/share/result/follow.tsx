/** Asks what is new, as long as more is to come; follow.js keeps it quiet while nobody sees the page. */
import { fragmentOnly } from "../../frame/fragment.ts";

export interface FollowProps {
  readonly path: string;
  /** How often; undefined: never again. */
  readonly seconds: number | undefined;
  /** The tags of what the page has. */
  readonly have: string;
}

export function Follow({ path, seconds, have }: FollowProps) {
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
    />
  );
}
