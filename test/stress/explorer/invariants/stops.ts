/** A stop is final: nothing goes out after a person was told that it will not. */
import type { Entry } from "../journal.ts";
import { type Aftermath, statusAt } from "../record.ts";
import type { Act } from "../scene.ts";
import type { Invariant } from "./invariant.ts";

/** Actions by which a person wants a share, or a whole request, to go out after all. */
const starts: readonly string[] = ["retry", "startNow", "tellWhatIsThere", "change"];

/** What such a stop applies to, and which of its shares are already on their way or finished. */
interface Stop {
  readonly verb: string;
  isSaid(outcome: string): boolean;
  concerns(act: Act, passed: Entry, record: Aftermath): boolean;
}

/** Shares that had failed continue when a person says so, or once their account works again. */
const inTrouble: readonly string[] = ["failed", "rejected", "reconnect", "unconfirmed"];

function wasInTrouble(act: Act, passed: Entry, { journal }: Aftermath): boolean {
  return inTrouble.includes(statusAt(journal, passed.subject ?? "", act.ended) ?? "");
}

function isOf(personId: string, passed: Entry, { shares }: Aftermath): boolean {
  return shares.some(({ row }) => row.id === passed.subject && row.userId === personId);
}

const disconnected: Stop = {
  verb: "disconnect",
  isSaid: (outcome) => outcome.startsWith("disconnected"),
  // Anything requested later, once it was reconnected, is not affected.
  concerns: (act, passed, { journal }) =>
    passed.connection === act.subject && statusAt(journal, passed.subject ?? "", act.ended) !== undefined,
};

const forgotten: Stop = { ...disconnected, verb: "forget", isSaid: (outcome) => outcome === "forgotten" };

const cancelled: Stop = {
  verb: "cancelAll",
  isSaid: (outcome) => outcome.startsWith("cancelled"),
  concerns: (act, passed, record) =>
    passed.request === act.subject && passed.fence === "first" && !wasInTrouble(act, passed, record),
};

const oneCancelled: Stop = {
  verb: "cancelOne",
  isSaid: (outcome) => outcome === "cancelled, left 0",
  concerns: (act, passed, record) =>
    passed.subject === act.subject && passed.fence === "first" && !wasInTrouble(act, passed, record),
};

const blocked: Stop = {
  verb: "blockAna",
  isSaid: (outcome) => outcome === "done",
  concerns: (act, passed, record) => passed.fence === "first" && isOf(act.subject, passed, record),
};

/** Requested again by an action that was not over when the stop began. */
function isWantedAgain(stop: Act, passed: Entry, { scene: { acts } }: Aftermath): boolean {
  return acts.some(
    ({ verb, subject, begun, ended }) =>
      starts.includes(verb) &&
      (subject === passed.subject || subject === passed.request) &&
      ended > stop.begun &&
      begun < passed.n,
  );
}

/** After the fence, a post may exist. */
function findPassed(record: Aftermath, stop: Stop): readonly string[] {
  const fences = record.journal.filter(({ about, fence }) => about === "share" && fence !== null);
  return record.scene.acts
    .filter(({ verb, outcome }) => verb === stop.verb && stop.isSaid(outcome))
    .flatMap((act) =>
      fences
        .filter((passed) => passed.n > act.ended && stop.concerns(act, passed, record))
        .filter((passed) => !isWantedAgain(act, passed, record))
        .map(({ n, subject }) => `${subject} in entry ${n}, after "${act.name}" in entry ${act.ended}`),
    );
}

export const stops: readonly Invariant[] = [
  {
    wrong: "a share went out after its account was disconnected",
    find: (record) => findPassed(record, disconnected),
  },
  {
    wrong: "a share went out after its account was forgotten",
    find: (record) => findPassed(record, forgotten),
  },
  {
    wrong: "a share went out after its request was cancelled",
    find: (record) => findPassed(record, cancelled),
  },
  { wrong: "a share went out after it was cancelled", find: (record) => findPassed(record, oneCancelled) },
  { wrong: "a share went out after its person was blocked", find: (record) => findPassed(record, blocked) },
  {
    wrong: "a blocked person has something waiting",
    find: ({ people, shares }) => {
      const kept = new Set(people.flatMap(({ id, blockedAt }) => (blockedAt === null ? [] : [id])));
      return shares
        .filter(({ row }) => kept.has(row.userId) && ["scheduled", "queued"].includes(row.status))
        .map(({ row }) => `${row.id} ${row.status}`);
    },
  },
];
