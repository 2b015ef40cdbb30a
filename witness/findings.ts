/** Prints what was tried against a witness and what was seen as a table, and derives the exit code. */

export interface Finding {
  readonly tried: string;
  readonly seen: string;
  /** Whether one of our promises was broken. */
  readonly isBroken: boolean;
}

export interface Report {
  /** The name, with the version if it started. */
  readonly witness: string;
  readonly findings: readonly Finding[];
  /** Why it could not be started. */
  readonly absent?: string;
}

/** This witness is not available here. The message says why and how to get it. */
export class Absent extends Error {
  override name = "Absent";
}

export function showReports(reports: readonly Report[]): string {
  const rows = reports.flatMap(({ witness, findings, absent }) => [
    ...findings.map(({ tried, seen, isBroken }) => [witness, tried, isBroken ? "BROKEN" : "held", seen]),
    ...(absent === undefined ? [] : [[witness, "bring it up", "ABSENT", absent]]),
  ]);
  return [["Witness", "Tried", "", "Seen"], ["---", "---", "---", "---"], ...rows]
    .map(
      (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`,
    )
    .join("\n");
}

/** 1: a promise is broken. 3: none is, but some witnesses were not available. 0: all promises held. */
export function exitCodeOf(reports: readonly Report[]): 0 | 1 | 3 {
  if (reports.some(({ findings }) => findings.some(({ isBroken }) => isBroken))) return 1;
  return reports.some(({ absent }) => absent !== undefined) ? 3 : 0;
}
