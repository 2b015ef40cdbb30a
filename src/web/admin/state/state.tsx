/** The State page: current problems, the queue, mail, backups, calls, limits, recent problems and versions. */
import { lastBackup } from "../../../operation/backup/daily-backup.ts";
import { listIncidents } from "../../../operation/incidents.ts";
import { countCalls } from "../../../operation/metrics/call-counts.ts";
import { countWaiting, listAppBudgets, readVersions } from "../../../operation/state.ts";
import { mailState } from "../../../operation/trouble/mail-state.ts";
import { countPlaces, isEnough, warnOfPlaces } from "../../../operation/trouble/places.ts";
import { listWrong } from "../../../operation/trouble/wrong-now.ts";
import { platformNames } from "../../../platforms/platform.ts";
import { aboutPlatform } from "../../../platforms/registry.ts";
import { findLastRestoration } from "../../../sharing/delivery/restored.ts";
import { say } from "../../../words/words.ts";
import { show } from "../../frame/show.tsx";
import { Clock } from "../../frame/time.tsx";
import { Say, T } from "../../frame/words.tsx";
import type { WebContext } from "../../guards/context.ts";
import { Admin } from "../admin-frame.tsx";
import { Incidents } from "../incidents.tsx";
import { RestoredNotice } from "../restored.tsx";
import { Backup } from "./backup-state.tsx";
import { Calls } from "./calls.tsx";
import { Mail } from "./mail-state.tsx";
import { QueueFigure } from "./queue.tsx";
import { CurrentProblems } from "./wrong-now.tsx";

/** GET /admin/state/: how the service is doing. */
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
      <CurrentProblems wrong={wrong} zone={person.timeZone} />
      {restoration !== undefined && <RestoredNotice restoration={restoration} zone={person.timeZone} />}
      {notices.map((notice) => (
        <p class="banner doubt">
          <Say told={notice} />
        </p>
      ))}
      {!isEnough(places) && (
        <p class="banner doubt">
          <Say told={warnOfPlaces(places)} />
        </p>
      )}
      <section class="stack" aria-labelledby="queue">
        <h2 id="queue">
          <T>Queue</T>
        </h2>
        <ul class="figures">
          {waiting.map((one) => (
            <QueueFigure {...one} zone={person.timeZone} />
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
                      {
                        "{remaining, number} left{span, select, day { for the day} other {}}, resets at {time}"
                      }
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

function nameOf(platform: string): string {
  const known = platformNames.find((name) => name === platform);
  return known === undefined ? platform : aboutPlatform(known).label;
}
