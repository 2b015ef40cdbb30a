/** Who did what, when and from where. */
import { listAudit } from "../../operation/audit-log.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { readWords } from "../language.ts";
import { Moment } from "../parts/time.tsx";
import { Say, T } from "../parts/words.tsx";
import { show } from "../show.tsx";
import { Admin } from "./frame.tsx";

export async function showAudit(c: WebContext) {
  const { runtime, person } = c.var;
  const { t } = readWords(c);
  const { entries, next } = await listAudit(runtime, c.req.query("before"));
  return show(
    c,
    <Admin title={say("Audit log")} person={person} tab="audit">
      <h1>
        <T>Audit log</T>
      </h1>
      <ul class="card rows">
        {entries.map(({ id, at, who, isOfCommandLine, action, subject, setting, ipAddress }) => (
          <li id={`event-${id}`}>
            <p>
              <strong>
                <Say told={action} />
              </strong>
              {subject !== undefined && <span class="quiet">{subject}</span>}
              {setting !== undefined && (
                <span class="quiet">
                  <Say told={setting} />
                </span>
              )}
              <span class="quiet">
                <Moment at={at} zone={person.timeZone} />
                {who !== undefined && ` · ${who}`}
                {isOfCommandLine && ` · ${t("at the command line")}`}
                {ipAddress !== undefined && ` · ${ipAddress}`}
              </span>
            </p>
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <p>
          <a class="button" href={`?${new URLSearchParams({ before: next })}`}>
            <T>Earlier</T>
          </a>
        </p>
      )}
    </Admin>,
  );
}
