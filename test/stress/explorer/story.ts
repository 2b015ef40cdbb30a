/** What happened in a schedule, in order, for developers. */
import type { Entry } from "./journal.ts";
import type { Scene } from "./scene.ts";

/** @returns one line for each entry: actions at the margin, with their changes and calls below them */
export function tellStory(names: ReadonlyMap<string, string>, journal: readonly Entry[]): string[] {
  return journal.map((entry) => `${String(entry.n).padStart(6)} ${replaceIds(say(entry), names)}`);
}

function say({ about, subject, was, now, code, fence, words }: Entry): string {
  const change = `${was ?? "none"} → ${now ?? "gone"}${code === null ? "" : ` (${code})`}`;
  switch (about) {
    case "act":
      return words ?? "";
    case "call":
      return `    ${words}`;
    case "statement":
      return `      ${words}`;
    case "person":
      return `  ${subject}: ${now}`;
    case "connection":
      return `  ${subject}: ${change}`;
    case "share": {
      const passes = fence === null ? "" : `, passes its fence${fence === "first" ? "" : " again"}`;
      return `  ${subject}: ${change}${passes}${words === null ? "" : `, ${words}`}`;
    }
  }
}

const id = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;

/** Ids without a name, such as those of pictures, stay as they are. */
export function replaceIds(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(id, (found) => names.get(found) ?? found);
}

/** "share 2 on twitter", "account 1 on twitter", "Ana". */
export function nameAll(
  { ana, ben, requestId }: Scene,
  journal: readonly Entry[],
): ReadonlyMap<string, string> {
  const names = new Map([
    [ana.id, "Ana"],
    [requestId, "of Ana"],
  ]);
  if (ben !== undefined) names.set(ben.id, "Ben");
  const networks = new Map<string, string>();
  const counts = { share: 0, connection: 0 };
  for (const { about, subject, connection, words } of journal) {
    if ((about !== "share" && about !== "connection") || subject === null || names.has(subject)) continue;
    counts[about] += 1;
    if (about === "connection") networks.set(subject, words ?? "");
    const network = networks.get(about === "connection" ? subject : (connection ?? "")) ?? "";
    names.set(subject, `${about === "share" ? "share" : "account"} ${counts[about]} on ${network}`);
  }
  return names;
}
