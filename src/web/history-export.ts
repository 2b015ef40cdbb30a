/** GET /social/history/export.csv and export.json: what the filter shows, as a file. */
import { stream } from "hono/streaming";
import { type ExportFormat, exportHistory } from "../sharing/export.ts";
import type { WebContext } from "./context.ts";
import { readFilterFields, toFilter } from "./history-filter.ts";

const types: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json; charset=utf-8",
};

export function exportAsCsv(c: WebContext) {
  return sendExport(c, "csv");
}

export function exportAsJson(c: WebContext) {
  return sendExport(c, "json");
}

function sendExport(c: WebContext, format: ExportFormat) {
  const { runtime, person } = c.var;
  const filter = toFilter(readFilterFields(c.req.query()), person.timeZone);
  const day = runtime.now().toISOString().slice(0, 10);
  c.header("content-type", types[format]);
  c.header("content-disposition", `attachment; filename="shares-${day}.${format}"`);
  return stream(
    c,
    async (out) => {
      for await (const piece of exportHistory(runtime, person, { filter, format })) await out.write(piece);
    },
    async (error) => {
      runtime.log.error({ err: error }, "an export broke off");
    },
  );
}
