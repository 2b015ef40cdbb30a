/** All icons: the networks' marks and our own signs. They are decorative; a text always says the same. */
import type { PlatformName } from "../../platforms/platform.ts";
import { iconOf, type NetworkIcon } from "../../platforms/registry.ts";

const GRID = "0 0 24 24";

/** Strokes on a 24 by 24 grid, drawn for Sharewell. */
const signs = {
  accounts: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.8 20a6.2 6.2 0 0 1 12.4 0M18.5 8v6M21.5 11h-6",
  alert: "M12 4 2.7 19.8h18.6zM12 10.2v4.3M12 17.2v.1",
  again: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.7 3.5v4h-4",
  key: "M8 19.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8M10.9 12.6 19.5 4M16 7.5l2.8 2.8M13.2 10.3l1.8 1.8",
  back: "m14.5 6-6 6 6 6",
  calendar:
    "M6 5.5h12A1.5 1.5 0 0 1 19.5 7v11a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V7A1.5 1.5 0 0 1 6 5.5M4.5 10h15M8.5 3.5v4M15.5 3.5v4",
  check: "m5 12.8 4.6 4.6L19 7.2",
  checks: "m2.5 13 4 4L15 7.5M11.6 16.6l.6.5 9.3-9.6",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 7.5V12l3 2",
  cross: "m6.5 6.5 11 11M17.5 6.5l-11 11",
  door: "M10 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H10M15 8l4 4-4 4M19 12H9.5",
  forth: "m9.5 6 6 6-6 6",
  gear: "M4 7h9M17 7h3M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4M4 17h3M11 17h9M9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4",
  link: "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1-1",
  move: "M12 3.5v17M3.5 12h17M9.5 6 12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5 3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5",
  out: "M13.5 5H19v5.5M19 5l-8.5 8.5M17 14v3.5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 5 17.5v-9A1.5 1.5 0 0 1 6.5 7H10",
  page: "M7 3.5h7l4.5 4.5v11a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5M13.5 3.5V8.5h5M9 13h6M9 16.5h4",
  people:
    "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M5.5 20a6.5 6.5 0 0 1 13 0M4.5 11.5a2.5 2.5 0 0 1-.6-4.9M1.5 17.5c0-1.6.6-3 1.7-3.9M19.5 11.5a2.5 2.5 0 0 0 .6-4.9M22.5 17.5c0-1.6-.6-3-1.7-3.9",
  photo: "M4.5 5.5h15v13h-15zM4.5 15.5l4-4 4 4 2.5-2.5 4.5 4.5M15.5 9.5v.1",
  plus: "M12 5.5v13M5.5 12h13",
  question:
    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M9.6 9.7a2.4 2.4 0 1 1 3.5 2.2c-.7.4-1.1.9-1.1 1.6v.2M12 16.5v.1",
  stop: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M8.5 12h7",
  copy: "M9 9h9.5v10.5H9zM15 9V5.5A1 1 0 0 0 14 4.5H6.5a1 1 0 0 0-1 1V14a1 1 0 0 0 1 1H9",
  tools:
    "M14 6.5a4.3 4.3 0 0 1 5.4-1.2L16.6 8l.4 2.2 2.2.4 2.7-2.8a4.3 4.3 0 0 1-6.4 5L8 20.3a1.8 1.8 0 0 1-2.6 0",
  turning: "M12 3.5a8.5 8.5 0 1 0 8.5 8.5",
} as const;

export type SignName = keyof typeof signs;

/** Shows a network's mark. */
export function PlatformMark({ platform }: { platform: PlatformName }) {
  return <Mark icon={iconOf(platform)} />;
}

/** Shows the mark of a network or app. */
export function Mark({ icon: { path, viewBox = GRID, colour } }: { icon: NetworkIcon }) {
  return (
    <svg class="icon mark" viewBox={viewBox} aria-hidden="true">
      <path d={path} fill={colour} />
    </svg>
  );
}

/** Defines the marks once for a page that shows each many times. */
export function MarkSymbols({ platforms }: { platforms: readonly PlatformName[] }) {
  return (
    <svg class="unseen" aria-hidden="true">
      {platforms.map((platform) => {
        const { path, viewBox = GRID, colour } = iconOf(platform);
        return (
          <symbol id={`mark-${platform}`} viewBox={viewBox}>
            <path d={path} fill={colour} />
          </symbol>
        );
      })}
    </svg>
  );
}

/** Shows a mark that `MarkSymbols` defined on the page. */
export function MarkReference({ platform }: { platform: PlatformName }) {
  return (
    <svg class="icon mark" aria-hidden="true">
      <use href={`#mark-${platform}`} />
    </svg>
  );
}

/** Shows one of our own signs. */
export function Sign({ name }: { name: SignName }) {
  return (
    <svg class={`icon sign ${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={signs[name]} />
    </svg>
  );
}

/** The service's own mark: rings around a drop in a well. */
export function BrandMark() {
  return (
    <svg class="icon brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 21a9 9 0 1 1 9-9" />
      <path d="M12 16.5a4.5 4.5 0 1 1 4.5-4.5" />
      <circle cx="12" cy="12" r="1.6" />
    </svg>
  );
}
