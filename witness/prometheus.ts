/** Checks our alert rules with Prometheus' own tool. */
import { spawnSync } from "node:child_process";
import { Absent, type Report } from "./findings.ts";
import { isInstalled, run } from "./programs.ts";

/** @throws {Absent} if it is not installed */
export async function askPrometheus(): Promise<Report> {
  if (!isInstalled("promtool"))
    throw new Absent("promtool is in Debian's package prometheus: apt-get install prometheus.");
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", "docs/monitoring/alerts.yml"], {
    encoding: "utf8",
  });
  const seen = `${stdout}${stderr}`.trim().split("\n").join(" ");
  return {
    witness: run("promtool", ["--version"]).split("\n")[0] ?? "promtool",
    findings: [{ tried: "the alert rules", seen, isBroken: status !== 0 }],
  };
}
