/** How full the message is on the chosen networks, where it comes near a limit. Updated while the person types. */

import { handleOf } from "../../../connections/connection.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import type { Words } from "../../../words/words.ts";
import { tellSeveral } from "../../frame/account-badge.tsx";
import { breakable } from "../../frame/breakable.tsx";
import { fragmentOnly } from "../../frame/fragment.ts";
import { PlatformMark, Sign } from "../../frame/icons.tsx";
import { useWords } from "../../frame/words.tsx";
import type { Measured } from "../measure.ts";

/** htmx posts the surrounding form here on every change. */
export function MessageCounts({ fits }: { fits: readonly Measured[] }) {
  const { t } = useWords();
  const counts = groupAlike(fits, t);
  return (
    <div
      class="counts"
      id="counts"
      hx-post="/social/share/count/"
      hx-trigger="input from:'closest form' delay:200ms"
      hx-sync="this:replace"
      hx-swap="outerMorph"
      hx-config={fragmentOnly}
    >
      <ul>
        {counts
          .filter(({ length, limit }) => length >= limit * WORTH_SHOWING)
          .map((count) => (
            <Count {...count} />
          ))}
      </ul>
      <p class="unseen" role="status">
        {counts
          .filter(({ length, limit }) => length > limit)
          .map(({ name }) => t("The message is too long for {name}.", { name }))
          .join(" ")}
      </p>
    </div>
  );
}

interface CountProps {
  readonly name: string;
  readonly platform: Measured["connection"]["platform"];
  readonly length: number;
  readonly limit: number;
}

/** The part of the limit from which a count is shown. */
const WORTH_SHOWING = 0.7;
/** The part of the limit from which it is marked as nearly full. */
const NEARLY_FULL = 0.9;

function Count({ name, platform, length, limit }: CountProps) {
  const { t } = useWords();
  const over = length - limit;
  const state = over > 0 ? "over" : length >= limit * NEARLY_FULL ? "near" : "";
  return (
    <li class={`count ${state}`}>
      <Ring share={Math.min(1, length / limit)} />
      <span class="count-words">
        <PlatformMark platform={platform} />
        <span>{breakable(name)}</span>{" "}
        {over > 0 ? (
          <strong>
            <Sign name="alert" />
            {t(
              "{over, plural, one {# character} other {# characters}} too many ({length, number} of {limit, number})",
              {
                over,
                length,
                limit,
              },
            )}
          </strong>
        ) : (
          <span class="quiet">{t("{length, number} of {limit, number}", { length, limit })}</span>
        )}
      </span>
    </li>
  );
}

/** The used part of the limit, as a ring. */
function Ring({ share }: { share: number }) {
  return (
    <svg class="ring" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="9.5" />
      <circle cx="12" cy="12" r="9.5" pathLength="100" stroke-dasharray={`${(share * 100).toFixed(1)} 100`} />
    </svg>
  );
}

/** Groups accounts of one network with the same count, and names them where a network has several groups. */
function groupAlike(fits: readonly Measured[], t: Words["t"]): CountProps[] {
  const counts = new Map<string, CountProps & { handles: string[]; accounts: number }>();
  for (const { connection, length, limit, accounts } of fits) {
    const { platform, account } = connection;
    const key = [platform, length, limit].join();
    const group = counts.get(key) ?? {
      name: aboutPlatform(platform).label,
      platform,
      length,
      limit,
      handles: [],
      accounts: 0,
    };
    group.handles.push(handleOf(account));
    group.accounts += accounts;
    counts.set(key, group);
  }
  const groups = [...counts.values()];
  return groups.map((group) => {
    const isOnly = groups.filter(({ platform }) => platform === group.platform).length === 1;
    return isOnly ? group : { ...group, name: `${group.name} (${tellSeveral(group, t)})` };
  });
}
