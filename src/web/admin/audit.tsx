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
  const { entries, next } = await listAudit(runtime, c.req.query("before"));
  return show(
    c,
    <Admin title={say("Audit log")} person={person} tab="audit">
      <h1>
        <T>Audit log</T>
      </h1>
      <section class="card scrolled" tabindex={0} aria-label={readWords(c).t("Audit log")}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <T>When</T>
              </th>
              <th scope="col">
                <T>Who</T>
              </th>
              <th scope="col">
                <T>What</T>
              </th>
              <th scope="col">
                <T>From</T>
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ at, who, action, subject, ipAddress }) => (
              <tr>
                <td>
                  <Moment at={at} zone={person.timeZone} />
                </td>
                <td>{who ?? "–"}</td>
                <td>
                  <strong>
                    <Say told={action} />
                  </strong>{" "}
                  <span class="quiet">{subject}</span>
                </td>
                <td>{ipAddress ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
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
