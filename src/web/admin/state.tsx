/** How the service does: its networks, what waits, what went wrong lately, and which versions run. */
import { lastBackup } from "../../operation/backup/daily-backup.ts";
import { type CallCounts, countCalls } from "../../operation/metrics/platform-calls.ts";
import {
  countWaiting,
  listAppBudgets,
  listIncidents,
  readVersions,
  type Waiting,
} from "../../operation/state.ts";
import { mailState } from "../../operation/trouble/mail-state.ts";
import { countPlaces, isEnough, warnOfPlaces } from "../../operation/trouble/places.ts";
import { listWrong, type WrongNow } from "../../operation/trouble/wrong-now.ts";
import { platformNames } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import { findLastRestoration } from "../../sharing/delivery/restored.ts";
import { say, type Told } from "../../words/words.ts";
import { PlatformMark } from "../frame/icons.tsx";
import { show } from "../frame/show.tsx";
import { Clock, Moment } from "../frame/time.tsx";
import { Say, T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { Admin } from "./admin-frame.tsx";
import { Backup } from "./backup-state.tsx";
import { Mail } from "./mail-state.tsx";
import { Incidents } from "./network.tsx";
import { RestoredNotice } from "./restored.tsx";
import { State } from "./setup.tsx";

export async function showState(c: WebContext) {
  const { runtime, person } = c.var;
  const [wrong, restoration, backup, mail, counts, waiting, budgets, incidents, versions, places] =
    await Promise.all([
      listWrong(runtime),
      findLastRestoration(runtime),
      lastBackup(runtime),
      runtime.mailer.available ? mailState(runtime.database) : undefined,
      countCalls(runtime),
      countWaiting(runtime),
      listAppBudgets(runtime),
      listIncidents(runtime),
      readVersions(runtime),
      countPlaces(runtime),
    ]);
  const notices = runtime.platforms
    .availablePlatforms()
    .flatMap((platform) => platform.operatorNotice() ?? []);
  return show(
    c,
    <Admin title={say("State")} person={person} tab="state">
      <h1>
        <T>State</T>
      </h1>
      <Now wrong={wrong} zone={person.timeZone} />
      {restoration !== undefined && <RestoredNotice restoration={restoration} zone={person.timeZone} />}
      {notices.map((notice) => (
        <p class="notice doubt">
          <Say told={notice} />
        </p>
      ))}
      {!isEnough(places) && (
        <p class="notice doubt">
          <Say told={warnOfPlaces(places)} />
        </p>
      )}
      <section class="stack" aria-labelledby="queue">
        <h2 id="queue">
          <T>Queue</T>
        </h2>
        <ul class="figures">
          {waiting.map((one) => (
            <Figure {...one} zone={person.timeZone} />
          ))}
        </ul>
      </section>
      <Mail mail={mail} zone={person.timeZone} />
      <Backup backup={backup} zone={person.timeZone} />
      <Calls counts={counts} />
      {budgets.length > 0 && (
        <section class="card stack" aria-labelledby="budgets">
          <h2 id="budgets">
            <T>Calls left for the app</T>
          </h2>
          <ul class="rows">
            {budgets.map(({ platform, span, remaining, resetsAt }) => (
              <li>
                <p>
                  <strong>{nameOf(platform)}</strong>
                  <span>
                    <T
                      remaining={Math.max(0, remaining)}
                      span={span}
                      time={<Clock at={resetsAt} now={runtime.now()} zone={person.timeZone} />}
                    >
                      {"{remaining, number} left{span, select, day { for the day} other {}}, resets at {time}"}
                    </T>
                  </span>
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {incidents.length > 0 && <Incidents incidents={incidents} zone={person.timeZone} />}
      <section class="card stack" aria-labelledby="versions">
        <h2 id="versions">
          <T>Versions</T>
        </h2>
        <dl class="facts">
          <div>
            <dt>
              <T>Sharewell</T>
            </dt>
            <dd>{versions.sharewell}</dd>
          </div>
          <div>
            <dt>
              <T>Node</T>
            </dt>
            <dd>{versions.node}</dd>
          </div>
          <div>
            <dt>
              <T>Database</T>
            </dt>
            <dd>{versions.database}</dd>
          </div>
        </dl>
      </section>
    </Admin>,
  );
}

function Now({ wrong, zone }: { wrong: readonly WrongNow[]; zone: string | undefined }) {
  return (
    <section class="stack" aria-labelledby="now">
      <h2 id="now">
        <T>Now</T>
      </h2>
      <ul class="checks card">
        {wrong.length === 0 && (
          <li>
            <State verdict="good" words={say("Nothing is wrong")} />
          </li>
        )}
        {wrong.map(({ id, verdict, what, advice, since }) => (
          <li id={`wrong-${id}`}>
            <State verdict={verdict} words={what} />
            <div>
              <p>
                <Say told={advice} />
              </p>
              {since !== undefined && (
                <p class="quiet">
                  <T when={<Moment at={since} zone={zone} />}>{"Since {when}"}</T>
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const words = { scheduled: say("Scheduled"), queued: say("Waiting"), sending: say("Being sent") } as const;

function Figure({ status, number, oldest, zone }: Waiting & { readonly zone: string | undefined }) {
  return (
    <li class="card">
      <strong class="figure">{number.toLocaleString(useWords().locale)}</strong>
      <span>
        <Say told={words[status]} />
      </span>
      {oldest !== undefined && (
        <span class="quiet">
          {status === "scheduled" ? (
            <T when={<Moment at={oldest} zone={zone} />}>{"Due since {when}"}</T>
          ) : (
            <T when={<Moment at={oldest} zone={zone} />}>{"Oldest since {when}"}</T>
          )}
        </span>
      )}
    </li>
  );
}

function Calls({ counts }: { counts: readonly CallCounts[] }) {
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
              <Count what={say("No answer, or a fault there")} number={share(failed, calls)} />
              <Count what={say("Too many calls")} number={share(limited, calls)} />
              <Count what={say("Refused")} number={share(refused, calls)} />
              <Count what={say("Average time")} number={meanMs === undefined ? "–" : inMilliseconds(meanMs)} />
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

/** "12 (3.4 %)" */
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

function nameOf(platform: string): string {
  const known = platformNames.find((name) => name === platform);
  return known === undefined ? platform : aboutPlatform(known).label;
}
