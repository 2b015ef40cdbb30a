/** Each action is recorded once, and each event is reported once. */
import type { Aftermath } from "../record.ts";
import type { Invariant } from "./invariant.ts";

function recorded({ events }: Aftermath, action: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of events)
    if (event.action === action) counts.set(event.subject, (counts.get(event.subject) ?? 0) + 1);
  return counts;
}

/** Rows and events that do not match one to one. */
function compare(
  record: Aftermath,
  action: string,
  expected: ReadonlyMap<string, number>,
): readonly string[] {
  const counts = recorded(record, action);
  const subjects = new Set([...expected.keys(), ...counts.keys()]);
  return [...subjects]
    .filter((subject) => (expected.get(subject) ?? 0) !== (counts.get(subject) ?? 0))
    .map(
      (subject) =>
        `${subject}: ${expected.get(subject) ?? 0} times, recorded ${counts.get(subject) ?? 0} times`,
    );
}

/** How often each share had a result, by its id. */
function cameTo(record: Aftermath, is: (entry: Aftermath["journal"][number]) => boolean) {
  const counts = new Map<string, number>();
  for (const entry of record.journal)
    if (entry.subject !== null && is(entry)) counts.set(entry.subject, (counts.get(entry.subject) ?? 0) + 1);
  return counts;
}

function countActs({ scene: { acts } }: Aftermath, verb: string, outcome: string) {
  const counts = new Map<string, number>();
  for (const act of acts)
    if (act.verb === verb && act.outcome.startsWith(outcome))
      counts.set(act.subject, (counts.get(act.subject) ?? 0) + 1);
  return counts;
}

/** Only for people who are still here: when a person leaves, accounts end differently. */
function areAllHere({ scene: { ana, ben }, people }: Aftermath): boolean {
  return [ana, ben].every((person) => person === undefined || people.some(({ id }) => id === person.id));
}

const trouble: readonly string[] = ["rejected", "reconnect", "failed", "unconfirmed"];

/** At most one email to a person in this time. */
const PAUSE_MS = 600_000;

export const telling: readonly Invariant[] = [
  { wrong: "a process met what nobody had expected", find: ({ errors }) => errors },
  {
    wrong: "a deleted post is not recorded once",
    find: (record) =>
      compare(
        record,
        "share.deleted",
        cameTo(record, ({ about, words }) => about === "share" && words === "deleted"),
      ),
  },
  {
    wrong: "a cancelled share is recorded more than once",
    find: (record) =>
      [...recorded(record, "share.cancelled")]
        .filter(([, times]) => times > 1)
        .map(([id, times]) => `${id}: ${times}`),
  },
  {
    wrong: "a disconnected account is not recorded once",
    find: (record) =>
      areAllHere(record)
        ? compare(record, "connection.revoked", countActs(record, "disconnect", "disconnected"))
        : [],
  },
  {
    wrong: "a change is not recorded once",
    find: (record) => compare(record, "share.changed", countActs(record, "change", "changed")),
  },
  {
    wrong: "what became of a share was told in more letters than it went wrong",
    find: (record) => {
      const { letters } = record;
      const wentWrong = cameTo(record, ({ was, now }) => now !== was && trouble.includes(now ?? ""));
      const words = new Set(record.shares.map(({ word }) => word));
      return [...words].flatMap((word) => {
        const ids = record.shares.filter((share) => share.word === word).map(({ row }) => row.id);
        const refused = record.shares
          .filter((share) => share.word === word)
          .flatMap(({ attempts }) => attempts)
          .filter(({ action, result }) => action === "delete" && result !== "deleted").length;
        const times = ids.reduce((sum, id) => sum + (wentWrong.get(id) ?? 0), refused);
        const told = letters.reduce((sum, { text }) => sum + text.split(`Why ${word}`).length - 1, 0);
        return told > times ? [`${word}: ${told} times in letters, ${times} times in trouble`] : [];
      });
    },
  },
  {
    wrong: "two letters came to one person within ten minutes",
    find: ({ letters }) =>
      letters
        .filter((one, place) =>
          letters
            .slice(0, place)
            .some(({ to, at }) => to === one.to && one.at.getTime() - at.getTime() < PAUSE_MS),
        )
        .map(({ at, subject }) => `${at.toISOString()} ${subject}`),
  },
];
