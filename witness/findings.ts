/** What was tried against a witness and what was seen, as a table; and what that means for the exit. */

export interface Finding {
  readonly tried: string;
  readonly seen: string;
  /** A promise of ours did not hold. */
  readonly isBroken: boolean;
}

export interface Report {
  /** With its version, where it came up. */
  readonly witness: string;
  readonly findings: readonly Finding[];
  /** Why it could not be brought up. */
  readonly absent?: string;
}

/** This witness cannot be had here; the message says why and what would bring it. */
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

/** 1: a promise is broken. 3: none is, but not every witness could be asked. 0: all were, and all held. */
export function exitCodeOf(reports: readonly Report[]): 0 | 1 | 3 {
  if (reports.some(({ findings }) => findings.some(({ isBroken }) => isBroken))) return 1;
  return reports.some(({ absent }) => absent !== undefined) ? 3 : 0;
}
