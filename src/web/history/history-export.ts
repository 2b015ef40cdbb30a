/** The downloads of the filtered history. */
import { type ExportFormat, exportHistory } from "../../sharing/record/export.ts";
import { sendDownload } from "../frame/download.ts";
import type { WebContext } from "../guards/context.ts";
import { readFilterFields, toFilter } from "./history-filter.ts";

const types: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json; charset=utf-8",
};

/** GET /social/history/export.csv */
export function exportAsCsv(c: WebContext) {
  return sendExport(c, "csv");
}

/** GET /social/history/export.json */
export function exportAsJson(c: WebContext) {
  return sendExport(c, "json");
}

function sendExport(c: WebContext, format: ExportFormat) {
  const { runtime, person } = c.var;
  const filter = toFilter(readFilterFields(c.req.query()), person.timeZone);
  const day = runtime.now().toISOString().slice(0, 10);
  return sendDownload(c, {
    name: `shares-${day}.${format}`,
    type: types[format],
    pieces: exportHistory(runtime, person, { filter, format }),
  });
}
