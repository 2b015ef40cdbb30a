/** Source packages from Debian, fetched from this machine's mirror and verified with its keys, on any release. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Absent } from "./findings.ts";
import { isInstalled, keptFolder, run } from "./programs.ts";

const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Unpacks the upstream source of a package into `folder`. @throws {Absent} */
export function getDebianSource(name: string, suite: string, folder: string): void {
  if (!isInstalled("apt-get")) throw new Absent(`${name} comes from Debian, and this is no Debian.`);
  const state = keptFolder(`apt-${suite}`);
  for (const part of ["lists/partial", "cache/archives/partial"])
    mkdirSync(join(state, part), { recursive: true });
  const list = join(state, "sources.list");
  writeFileSync(list, `deb-src [signed-by=${KEYS}] ${findMirror()} ${suite} main\n`);
  const options = Object.entries({
    "Dir::Etc::SourceList": list,
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::State::Lists": join(state, "lists"),
    "Dir::Cache": join(state, "cache"),
    "APT::Sandbox::User": "root",
  }).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  run("apt-get", [...options, "-qq", "update"]);
  run("apt-get", [...options, "-qq", "source", "--download-only", name], { cwd: folder });
  const archive = readdirSync(folder).find((file) => file.includes(".orig.tar"));
  if (archive === undefined) throw new Absent(`Debian's source of ${name} has no upstream archive.`);
  run("tar", ["xf", archive], { cwd: folder });
}

function findMirror(): string {
  const sites = run("apt-get", ["indextargets", "--format", "$(SITE)"]).split("\n");
  const site = sites.find((each) => /\/debian\/?$/.test(each));
  if (site === undefined) throw new Absent("apt knows no mirror of Debian here.");
  return site;
}
