/** Who did what, when and from where. */
import { listAudit } from "../../operation/audit-log.ts";
import { say } from "../../words/words.ts";
import type { WebContext } from "../context.ts";
import { Moment } from "../parts/time.tsx";
import { Say, T } from "../parts/words.tsx";
import { show } from "../show.tsx";
import { Admin } from "./frame.tsx";

export async function showAudit(c: WebContext) {
  const { runtime, person } = c.var;
  const { entries, next } = await listAudit(runtime, c.req.query("before"));
  return show(
    c,
    <Admin title={say("Audit log")} person={person} tab="audit">
      <h1>
        <T>Audit log</T>
      </h1>
      <ul class="card rows">
        {entries.map(({ id, at, who, action, subject, ipAddress }) => (
          <li id={`event-${id}`}>
            <p>
              <strong>
                <Say told={action} />
              </strong>
              {subject !== undefined && <span class="quiet">{subject}</span>}
              <span class="quiet">
                <Moment at={at} zone={person.timeZone} />
                {who !== undefined && ` · ${who}`}
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
