/** How often each network was called in the last day, and how many calls failed. */
import type { CallCounts } from "../../../operation/metrics/call-counts.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { say, type Told } from "../../../words/words.ts";
import { PlatformMark } from "../../frame/icons.tsx";
import { Say, T, useWords } from "../../frame/words.tsx";

export function Calls({ counts }: { counts: readonly CallCounts[] }) {
  return (
    <section class="card stack" aria-labelledby="calls">
      <h2 id="calls">
        <T>Calls in the last day</T>
      </h2>
      <ul class="rows calls">
        {counts.map(({ platform, calls, failed, limited, refused, meanMs }) => (
          <li>
            <strong class="named">
              <PlatformMark platform={platform} />
              {aboutPlatform(platform).label}
            </strong>
            <dl>
              <Count what={say("Calls")} number={calls.toLocaleString(useWords().locale)} />
              <Count what={say("No answer, or a fault at the network")} number={share(failed, calls)} />
              <Count what={say("Too many calls")} number={share(limited, calls)} />
              <Count what={say("Refused")} number={share(refused, calls)} />
              <Count
                what={say("Average time")}
                number={meanMs === undefined ? "–" : inMilliseconds(meanMs)}
              />
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Count({ what, number }: { what: Told; number: string }) {
  return (
    <div>
      <dt>
        <Say told={what} />
      </dt>
      <dd>{number}</dd>
    </div>
  );
}

/** Such as "12 (3.4%)". */
function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  if (part === 0) return "0";
  const { locale } = useWords();
  const percent = (part / whole).toLocaleString(locale, { style: "percent", maximumFractionDigits: 1 });
  return `${part.toLocaleString(locale)} (${percent})`;
}

function inMilliseconds(time: number): string {
  return time.toLocaleString(useWords().locale, { style: "unit", unit: "millisecond" });
}
