/** The audit log: who did what, when and from which address. */
import { z } from "zod";
import { type Head, writeHead } from "../../operation/audit/audit-chain.ts";
import { listAudit } from "../../operation/audit/audit-log.ts";
import { say } from "../../words/words.ts";
import { CopyButton } from "../frame/copy-button.tsx";
import { readWords } from "../frame/language.ts";
import { show } from "../frame/show.tsx";
import { Moment } from "../frame/time.tsx";
import { Say, T, useWords } from "../frame/words.tsx";
import type { WebContext } from "../guards/context.ts";
import { Admin } from "./admin-frame.tsx";

const filters = [
  [undefined, say("All")],
  ["done", say("What people did")],
  ["refused", say("What was refused")],
] as const;
const filterShape = z.enum(["done", "refused"]).optional().catch(undefined);

/** GET /admin/audit/: a page of the audit log, newest first. */
export async function showAudit(c: WebContext) {
  const { runtime, person } = c.var;
  const { t } = readWords(c);
  const filter = filterShape.parse(c.req.query("only"));
  const { entries, next, head } = await listAudit(runtime, c.req.query("before"), filter);
  return show(
    c,
    <Admin title={say("Audit log")} person={person} tab="audit">
      <h1>
        <T>Audit log</T>
      </h1>
      {head !== undefined && <ChainHead head={head} />}
      <nav class="tabs" aria-label={t("What is shown")}>
        <ul>
          {filters.map(([name, label]) => (
            <li>
              <a
                href={`/admin/audit/${name === undefined ? "" : `?only=${name}`}`}
                aria-current={name === filter ? "page" : undefined}
              >
                <Say told={label} />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <ul class="card rows">
        {entries.map(({ id, at, who, isOfCommandLine, action, subject, setting, ipAddress }) => (
          <li id={`event-${id}`}>
            <p>
              <strong>{t(action)}</strong>
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
          <a
            class="button"
            href={`?${new URLSearchParams({ before: next, ...(filter && { only: filter }) })}`}
          >
            <T>Earlier</T>
          </a>
        </p>
      )}
    </Admin>,
  );
}

/** The head of the log: shortened, and in full once it is opened. */
function ChainHead({ head }: { head: Head }) {
  const { t } = useWords();
  return (
    <details class="more">
      <summary>
        <T head={<code>{`${head.day}:${head.sequence}:${head.hash.slice(0, 8)}…`}</code>}>
          {"Head of the log: {head}"}
        </T>
      </summary>
      <div class="card stack">
        <p>
          <T command={<code>sharewell audit verify --head</code>}>
            {
              "From time to time, save a copy of this head elsewhere. Pass it to {command} to see whether anything up to this point has been changed, removed or added since."
            }
          </T>
        </p>
        <div class="copyable">
          <label>
            <T>Head of the log</T>
            <input type="text" value={writeHead(head)} readonly />
          </label>
          <CopyButton text={writeHead(head)} what={t("Head of the log")} />
        </div>
      </div>
    </details>
  );
}
