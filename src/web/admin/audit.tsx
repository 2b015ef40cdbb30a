/** Who did what, when and from where. */
import { z } from "zod";
import { listAudit } from "../../operation/state.ts";
import type { WebContext } from "../context.ts";
import { Moment } from "../parts/time.tsx";
import { show } from "../show.tsx";
import { Admin } from "./frame.tsx";

const beforeShape = z.coerce.date().optional().catch(undefined);

export async function showAudit(c: WebContext) {
  const { runtime, person } = c.var;
  const { entries, next } = await listAudit(runtime, beforeShape.parse(c.req.query("before")));
  return show(
    c,
    <Admin title="Audit log" person={person} tab="audit">
      <h1>Audit log</h1>
      <section class="card scrolled" tabindex={0} aria-label="Audit log">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">From</th>
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
                  <strong>{action}</strong> <span class="quiet">{subject}</span>
                </td>
                <td>{ipAddress ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {next !== undefined && (
        <p>
          <a class="button" href={`?${new URLSearchParams({ before: next.toISOString() })}`}>
            Earlier
          </a>
        </p>
      )}
    </Admin>,
  );
}
